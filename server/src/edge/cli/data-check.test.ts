import { expect, it, vi } from 'vitest'
import { type CliDeps, runCli } from './index.ts'

/** What `aiops data check` ends in and says of a folder in which these were looked at. */
async function checked(tables: Record<string, number>) {
  const said: string[] = []
  const spies = (['stdout', 'stderr'] as const).map((stream) =>
    vi.spyOn(process[stream], 'write').mockImplementation((part) => {
      said.push(String(part))
      return true
    }),
  )
  const check = async () => ({ folder: '/data', checked: tables, findings: [], findingsLeftOut: 0 })
  const code = await runCli(['data', 'check'], { version: '1', data: { check } } as unknown as CliDeps)
  for (const spy of spies) spy.mockRestore()
  return { code, said: said.join('') }
}

it('calls a folder whole only where it holds data', async () => {
  expect(await checked({ blocks: 3 })).toEqual({
    code: 0,
    said: 'Looked at 3 of blocks in /data\nNothing is damaged.\n',
  })
  expect(await checked({})).toEqual({
    code: 1,
    said: 'aiops: There is no data in /data; name the data folder with --data.\n',
  })
})
