import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { api } from '@aiops/contract/api/index'
import { exampleOf } from '@aiops/contract/example'
import type { DetectionReplay } from '@aiops/contract/model/detection'
import { afterAll, expect, it, onTestFinished, vi } from 'vitest'
import { type CliDeps, runCli } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'aiops-replay-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Runs `aiops replay` against a platform that answers an example; what was asked, and what was printed. */
async function run(...argv: string[]) {
  const asked: Record<string, unknown>[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (part) => {
      body += part
    })
    request.on('end', () => {
      asked.push(JSON.parse(body))
      response.end(JSON.stringify(exampleOf(api.replayDetection.response)))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const printed = { stdout: '', stderr: '' }
  const spies = (['stdout', 'stderr'] as const).map((stream) =>
    vi.spyOn(process[stream], 'write').mockImplementation((part) => {
      printed[stream] += String(part)
      return true
    }),
  )
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const code = await runCli(['replay', ...argv, '--url', url], { version: '1' } as CliDeps)
  for (const spy of spies) spy.mockRestore()
  return { code, asked, ...printed }
}

it('asks with the settings of a file, which may be a whole answer of the platform, and prints what differs', async () => {
  const path = join(folder, 'settings.yaml')
  writeFileSync(path, 'revision: 3\nupdated_by: dana\nshipped: []\ndefaults:\n  sensitivity: 0.9\n')
  const { code, asked, stdout } = await run('--from', '7d', '--to', '2026-10-12T00:00:00Z', '--config', path)
  expect(code).toBe(0)
  expect(asked[0]).toMatchObject({
    ...{ to: '2026-10-12T00:00:00.000Z', series_max: 500, settings: { defaults: { sensitivity: 0.9 } } },
  })
  expect(Object.keys(asked[0]?.settings as object)).toEqual(['defaults'])
  const answer = exampleOf(api.replayDetection.response) as DetectionReplay
  expect(stdout).toContain('PER SERIES-DAY')
  expect(stdout).toMatch(/1 new, 1 gone, 1 changed, 1 the same/)
  expect(stdout).toContain(answer.added[0]?.sentence)
  expect(stdout).toContain(`Left out: ${answer.left_out[0]}`)
})

it('asks for the current settings where none are given, and prints JSON', async () => {
  const { asked, stdout } = await run('--from', '2026-10-11T00:00:00Z', '--json')
  expect(asked[0]).toMatchObject({ from: '2026-10-11T00:00:00.000Z' })
  expect(asked[0]).not.toHaveProperty('settings')
  expect(JSON.parse(stdout)).toEqual(exampleOf(api.replayDetection.response))
})

it('refuses what is no time, and a file that is none or holds no settings', async () => {
  expect(await run('--from', 'yesterday')).toMatchObject({ code: 2, asked: [] })
  expect(await run('--from', '1d', '--config', join(folder, 'none'))).toMatchObject({ code: 1, asked: [] })
  const path = join(folder, 'list.yaml')
  writeFileSync(path, '- a\n')
  expect((await run('--from', '1d', '--config', path)).stderr).toContain('holds no settings')
})
