import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, it, vi } from 'vitest'
import { startServer, temporaryFolder } from './server.ts'

const aiops = fileURLToPath(new URL('../../server/bin/aiops.js', import.meta.url))
const folder = temporaryFolder('serve')
afterAll(folder.remove)

const run = (...args: string[]) =>
  spawnSync(process.execPath, [aiops, ...args], { encoding: 'utf8', timeout: 60_000 })

it('shows the machine it runs on within seconds, stops cleanly, and has its history when started again', async () => {
  const first = await startServer(folder.path, [])
  await vi.waitFor(
    async () => {
      const { host, stats } = await first.client.getOverview()
      expect(host?.series.cpu.length).toBeGreaterThan(0)
      expect(host?.top_processes.length).toBeGreaterThan(0)
      expect(stats.samples_per_second).toBeGreaterThan(0)
    },
    { timeout: 15_000, interval: 500 },
  )
  const query = { match: 'system.cpu.load_average.1m', duration: '1h' }
  const before = (await first.client.getRange({ query })).results[0]?.points ?? []
  expect(before.length).toBeGreaterThan(2)
  expect(await first.stop()).toBe(0)
  const second = await startServer(folder.path, [])
  const after = (await second.client.getRange({ query })).results[0]?.points ?? []
  expect(after.slice(0, before.length)).toEqual(before)
  await second.stop()
})

it('refuses a part of its roles over stores that are private to one process, naming the setting', () => {
  const { status, stderr } = run('serve', '--role', 'gateway,live', '--data', folder.path, '--port', '0')
  expect(status).toBe(1)
  expect(stderr).toMatch(/adapters\.\w+/)
})

it('refuses a second process on one data folder', async () => {
  const first = await startServer(folder.path)
  const { status, stderr } = run('serve', '--data', folder.path, '--port', '0')
  expect(status).toBe(1)
  expect(stderr).toMatch(/another|process|pid/i)
  await first.stop()
})

it('refuses to be reached by others while nobody has to show a key', () => {
  const { status, stderr } = run('serve', '--host', '0.0.0.0', '--data', folder.path, '--port', '0')
  expect(status).toBe(1)
  expect(stderr).toContain('auth.api_keys')
})

it('says in one sentence what to do when nothing runs, and ends with 2 on wrong usage', () => {
  const nothing = run('status', '--url', 'http://127.0.0.1:9')
  expect([nothing.status, nothing.stderr.trim().split('\n').length]).toEqual([1, 1])
  expect(nothing.stderr).toContain('npm start')
  expect(run('nonsense').status).toBe(2)
  expect(run('serve', '--port', 'x').status).toBe(2)
})
