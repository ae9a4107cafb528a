import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { startServer, temporaryFolder } from '../journey/server.ts'

const aiops = fileURLToPath(new URL('../../server/bin/aiops.js', import.meta.url))
/** Senders that post without a pause while the backup is made. */
const senders = 4

async function run(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [aiops, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const text = { stdout: '', stderr: '' }
  child.stdout.on('data', (some) => (text.stdout += some))
  child.stderr.on('data', (some) => (text.stderr += some))
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, ...text })))
}

/** One point of a gauge of its own; resolves when it was acknowledged. */
async function send(url: string, n: number, atMs: number): Promise<boolean> {
  const point = {
    timeUnixNano: `${atMs}000000`,
    asDouble: n,
    attributes: [{ key: 'n', value: { stringValue: `${n}` } }],
  }
  const metrics = [{ name: 'drill', gauge: { dataPoints: [point] } }]
  const body = JSON.stringify({ resourceMetrics: [{ scopeMetrics: [{ metrics }] }] })
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${url}/v1/metrics`, { method: 'POST', headers, body }).catch(() => undefined)
  return answer?.status === 200
}

test('host loss under load: the backup made while it ran brings back everything acknowledged before it, within a minute', async () => {
  const folder = temporaryFolder('drill')
  const data = join(folder.path, 'data')
  const backups = join(folder.path, 'backups')
  const restored = join(folder.path, 'restored')
  const server = await startServer(data)
  let second: Awaited<ReturnType<typeof startServer>> | undefined
  try {
    const atMs = Date.now()
    const acknowledged = new Set<number>()
    let n = 0
    let sending = true
    const loads = Array.from({ length: senders }, async () => {
      while (sending) {
        const own = n++
        if (await send(server.url, own, atMs)) acknowledged.add(own)
      }
    })
    while (acknowledged.size < 1_000) await new Promise((resolve) => setTimeout(resolve, 10))
    const before = new Set(acknowledged)
    const backup = await run('backup', '--to', backups, '--url', server.url, '--json')
    expect(backup.stderr).toBe('')
    expect(JSON.parse(backup.stdout)).toMatchObject({ status: 'DONE', error: null })
    expect(acknowledged.size).toBeGreaterThan(before.size)
    await server.stop('SIGKILL')
    sending = false
    await Promise.all(loads)

    const lostMs = performance.now()
    const restore = await run('restore', '--from', backups, '--data', restored, '--json')
    expect(restore.stderr).toBe('')
    second = await startServer(restored)
    const found = await second.client.listSeries({ query: { match: ['drill'], limit: 10_000 } })
    const seconds = (performance.now() - lostMs) / 1_000
    if (process.env.AIOPS_FIGURES)
      console.info(
        `${before.size} acknowledged before, restored and first query after ${seconds.toFixed(2)} s`,
      )
    expect(seconds).toBeLessThan(60)
    const there = new Set(found.series.map((series) => Number(series.labels.n)))
    expect([...before].filter((own) => !there.has(own))).toEqual([])
    const ids = found.series.filter((series) => before.has(Number(series.labels.n))).slice(0, 200)
    const range = { id: ids.map((series) => series.id), limit: 200, duration: '1h' }
    const { results } = await second.client.getRange({ query: range })
    for (const { series, points } of results) expect(points).toEqual([[atMs, Number(series.labels.n)]])
    expect(results).toHaveLength(ids.length)
    await second.stop()
    const check = await run('data', 'check', '--data', restored, '--json')
    expect(check.code).toBe(0)
    expect(JSON.parse(check.stdout)).toMatchObject({ findings: [] })
    const again = await run('restore', '--from', backups, '--data', restored)
    expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('not empty') })
  } finally {
    await server.stop('SIGKILL')
    await second?.stop('SIGKILL')
    folder.remove()
  }
})

test('with no server running a backup is made of the folder itself; with one it is refused, naming it', async () => {
  const folder = temporaryFolder('drill')
  const data = join(folder.path, 'data')
  const server = await startServer(data)
  try {
    expect(await send(server.url, 1, Date.now())).toBe(true)
    const busy = await run('backup', '--to', join(folder.path, 'b'), '--data', data)
    expect(busy).toMatchObject({ code: 1, stderr: expect.stringContaining(`process ${server.pid}`) })
    await server.stop()
    const made = await run('backup', '--to', join(folder.path, 'b'), '--data', data, '--json')
    expect(made.code).toBe(0)
    const restored = await run('restore', '--from', join(folder.path, 'b'), '--data', join(folder.path, 'r'))
    expect(restored.code).toBe(0)
  } finally {
    await server.stop('SIGKILL')
    folder.remove()
  }
})
