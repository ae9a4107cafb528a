import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { permissions } from '@aiops/contract/api/operation'
import { expect, onTestFinished, test } from 'vitest'
import { ManualClock, systemClock } from '../../kernel/clock.ts'
import { createLog } from '../../kernel/log.ts'
import { createMetrics } from '../../kernel/metric.ts'
import type { ToolPins } from '../../port/tool-source.ts'
import { createHttpClient } from '../http/http-client.ts'
import { McpServerConfig } from './config.ts'
import { StartLimit } from './start-limit.ts'
import { createMcpToolSource } from './tool-source.ts'

const operator = { actor: 'ann', tenant: 'default', permissions }
const script = join(import.meta.dirname, '../../../../test/mcp/stdio-server.ts')

function openProgram(mode: string, more: object = {}, kept: { pins: ToolPins } = { pins: {} }) {
  const folder = mkdtempSync(join(tmpdir(), 'aiops-stdio-'))
  const starts = join(folder, 'starts')
  const said: string[] = []
  const http = createHttpClient({ clock: systemClock }, { deny: [] })
  const source = createMcpToolSource(
    {
      ...{ http, clock: systemClock, metrics: createMetrics(), version: '1.0.0' },
      log: createLog({ level: 'debug', destination: { write: (line) => void said.push(line) } }),
      secrets: { read: async (name) => `value-of-${name}` },
      pins: {
        read: async () => kept.pins,
        async save(pins) {
          kept.pins = pins
        },
      },
    },
    [
      McpServerConfig.parse({
        ...{ name: 'notes', command: process.execPath, args: [script, mode, starts] },
        ...more,
      }),
    ],
  )
  onTestFinished(async () => {
    await source.stop()
    http.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const begun = (): number[][] =>
    readFileSync(starts, 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.trim().split(' ').map(Number))
  return { source, begun, said, kept }
}

async function ready(mode: string, more?: object, kept?: { pins: ToolPins }) {
  const opened = openProgram(mode, more, kept)
  await opened.source.start()
  await opened.source.refresh()
  return opened
}

const call = (source: ReturnType<typeof openProgram>['source'], signal?: AbortSignal) =>
  source.call(operator, 'notes__search', { q: 'x' }, signal)

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
const gone = (pids: readonly number[]) =>
  expect.poll(() => pids.filter(runs), { timeout: 20_000, interval: 20 }).toEqual([])

test('tools of a program are offered and called, and it is started once', async () => {
  const { source, begun } = await ready('plain')
  expect(source.list(operator)).toMatchObject([{ name: 'notes__search', description: 'Looks up.' }])
  expect(await call(source)).toMatchObject({ status: 'OK', text: 'found' })
  expect(await call(source)).toMatchObject({ status: 'OK' })
  expect(begun()).toHaveLength(1)
})

test('a program sees its own settings and secrets, and nothing else of the environment', async () => {
  process.env.AIOPS_SECRET_OTHER = 'not for it'
  onTestFinished(() => void delete process.env.AIOPS_SECRET_OTHER)
  const { source } = await ready('tell', { env: { REGION: 'north' }, env_secrets: { API_KEY: 'NOTES_KEY' } })
  const { env } = JSON.parse((await call(source)).text) as { env: Record<string, string> }
  expect(env).toMatchObject({ REGION: 'north', API_KEY: 'value-of-NOTES_KEY' })
  const known = ['PATH', 'HOME', 'LANG', 'TZ', 'TMPDIR', 'REGION', 'API_KEY']
  expect(Object.keys(env).filter((name) => !known.includes(name))).toEqual([])
})

test('a tool that is another one after a restart is held back', async () => {
  const kept = { pins: {} }
  const first = await ready('changing', {}, kept)
  expect(first.source.list(operator)).toHaveLength(1)
  const [[pid]] = first.begun() as [[number]]
  process.kill(pid, 'SIGKILL')
  await gone([pid])
  // The next start has to wait a second after a program ended by itself.
  await expect
    .poll(async () => first.source.refresh().then(() => first.begun().length), { timeout: 20_000 })
    .toBe(2)
  await expect.poll(() => first.said.join('')).toContain('is held back until mcp.servers[].accept names it')
  expect(first.source.list(operator)).toEqual([])
})

test('a program that hangs is ended with what it started, and the call has timed out', async () => {
  const { source, begun } = await ready('parent', { timeout: '1s' })
  expect(await call(source)).toMatchObject({ status: 'TIMEOUT' })
  expect(begun()[0]).toHaveLength(2)
  await gone(begun().flat())
})

test('who gives up waiting does not end the program for others', async () => {
  const { source, begun } = await ready('hang')
  const stop = new AbortController()
  const asked = call(source, stop.signal)
  stop.abort()
  expect(await asked).toMatchObject({ status: 'FAILED' })
  expect(begun().flat().every(runs)).toBe(true)
})

test('a message without end is refused, and its program ended', async () => {
  const { source, begun } = await ready('huge')
  expect(await call(source)).toMatchObject({ status: 'FAILED' })
  await gone(begun().flat())
})

test('a line that is no message disturbs nobody', async () => {
  const { source } = await ready('junk')
  expect(await call(source)).toMatchObject({ status: 'OK', text: 'found' })
})

test('a program that ends at once is not started again and again', async () => {
  const { source, begun, said } = await ready('crash')
  for (let i = 0; i < 5; i++) await source.refresh()
  expect(source.list(operator)).toEqual([])
  expect(begun()).toHaveLength(1)
  expect(said.join('')).toContain('it ended with code 3')
  expect(said.join('')).toContain('it is started again in')
})

test('a program that ends during a call fails that call, and the next waits', async () => {
  const { source, begun } = await ready('fall')
  expect(await call(source)).toMatchObject({ status: 'FAILED' })
  const next = await call(source)
  expect(next.text).toContain('failed once; it is started again in')
  expect(begun()).toHaveLength(1)
})

test('each failure doubles the wait, up to 5 minutes, and a minute of work makes up for them', async () => {
  const clock = new ManualClock()
  const limit = new StartLimit(clock, 'notes')
  const waits: number[] = []
  for (let i = 0; i < 12; i++) {
    limit.begin()
    limit.failed()
    let seconds = 0
    for (; ; seconds++) {
      try {
        limit.begin()
        break
      } catch {
        await clock.advance(1_000)
      }
    }
    waits.push(seconds)
  }
  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300])
  await clock.advance(61_000)
  limit.failed()
  await clock.advance(1_000)
  expect(() => limit.begin()).not.toThrow()
})

test('a program that cannot be started has no tools, and says why', async () => {
  const { source, said } = await ready('plain', { command: '/nonexistent/server' })
  expect(source.list(operator)).toEqual([])
  expect(said.join('')).toContain('/nonexistent/server cannot be started')
})

test('what it writes to its error output is logged in part, without its secrets', async () => {
  const { said } = await ready('loud', { env_secrets: { API_KEY: 'NOTES_KEY' } })
  await expect.poll(() => said.join('')).toContain('ready, key [redacted]')
  const lines = said.filter((line) => line.includes('wrote to its error output'))
  expect(lines.length).toBeLessThanOrEqual(20)
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(800)
  expect(said.join('')).not.toContain('value-of-NOTES_KEY')
})

test.each(['plain', 'stubborn', 'parent'])('nothing of a %s program is left after the stop', async (mode) => {
  const { source, begun } = await ready(mode)
  await source.stop()
  await gone(begun().flat())
})

test.each<[string, object]>([
  ['neither a url nor a command', {}],
  ['both', { url: 'http://x.example/mcp', command: 'notes' }],
  ['arguments without a command', { url: 'http://x.example/mcp', args: ['a'] }],
  ['a token for a command', { command: 'notes', token: 'NOTES_KEY' }],
  ['a secret by its value', { command: 'notes', env_secrets: { API_KEY: 'sk-12345' } }],
  ['a variable of no such name', { command: 'notes', env: { 'A=B': 'x' } }],
])('a server with %s is refused', (_what, config) => {
  expect(McpServerConfig.safeParse({ name: 'notes', ...config }).success).toBe(false)
})
