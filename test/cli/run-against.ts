import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished, vi } from 'vitest'
import { type CliDeps, runCli } from '../../server/src/edge/cli/index.ts'

export type Asked = { path: string; body: unknown }

/** Runs a command against a server that answers every request with one value; its exit code, what it printed, and what was asked. */
export async function runAgainst(answer: unknown, ...argv: string[]) {
  const asked: Asked[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (part) => {
      body += part
    })
    request.on('end', () => {
      asked.push({ path: `${request.method} ${request.url}`, body: JSON.parse(body || 'null') })
      response.end(JSON.stringify(answer))
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
  const code = await runCli([...argv, '--url', url], { version: '1' } as CliDeps)
  for (const spy of spies) spy.mockRestore()
  return { code, asked, ...printed }
}
