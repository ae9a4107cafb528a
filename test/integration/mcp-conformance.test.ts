import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findServer, integration } from './real-server.ts'

const run = promisify(execFile)
const fixtures = fileURLToPath(new URL('../mcp/fixture-server.ts', import.meta.url))
const suite = (...args: string[]) =>
  run(findServer('mcp-conformance') ?? 'mcp-conformance', args, { maxBuffer: 67_108_864 })

/** What a revision asks of a server, without what is run beside it and not scored. */
async function requiredOf(revision: string): Promise<string[]> {
  const { stdout } = await suite('list', '--requirements', revision)
  const [, server = ''] = /server[^\n]*\n([\s\S]*?)(?:\n\S|$)/i.exec(stdout) ?? []
  return [...server.matchAll(/^\s+-?\s*([a-z0-9-]+)\s*$/gm)].map(([, name = '']) => name)
}

/** Scenario → checks that passed and failed, from the summary. */
const resultsOf = (output: string): Map<string, { passed: number; failed: number }> =>
  new Map(
    [...output.matchAll(/^[✓✗] (\S+): (\d+) passed, (\d+) failed$/gmu)].map(
      ([, name = '', passed, failed]) => [name, { passed: Number(passed), failed: Number(failed) }] as const,
    ),
  )

integration('the public conformance suite of the Model Context Protocol', ['mcp-conformance'], () => {
  let server: ChildProcess
  let url = ''
  beforeAll(async () => {
    server = spawn(process.execPath, [fixtures], {
      env: { ...process.env, MCP_CONFORMANCE: '1' },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = (await once(server.stdout!, 'data')) as [Buffer]
    url = line.toString().trim()
  })
  afterAll(async () => {
    const ended = once(server, 'exit')
    server.kill('SIGTERM')
    await ended
  })

  test.each([
    ['2025-11-25', 30],
    ['2026-07-28', 37],
  ])('passes every required scenario of revision %s', async (revision, scenarios) => {
    const required = await requiredOf(revision)
    expect(required).toHaveLength(scenarios)
    const { stdout } = await suite('server', '--url', url, '--requirements', revision)
    const results = resultsOf(stdout)
    for (const name of required) {
      expect(results.get(name), name).toMatchObject({ failed: 0 })
      expect(results.get(name)?.passed, name).toBeGreaterThan(0)
    }
  })

  test('meets fixtures that start only where they are asked for', async () => {
    const { MCP_CONFORMANCE: _, ...env } = process.env
    await expect(run(process.execPath, [fixtures], { env })).rejects.toThrow('set MCP_CONFORMANCE=1')
  })
})
