import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { createClient } from '@aiops/contract/client'
import { type Random, seededRandom } from '../server/src/kernel/random.ts'
import { machine } from './machine.ts'
import { cpuOf, settled, startReceiver } from './receiver.ts'

/**
 * A storm through HTTP at the real program, in a process of its own: alerts of so many causes at once, as Alertmanager's webhooks, some
 * of them twice. Meanwhile people look at incidents and alerts. Counts what was lost, what incidents it became, and how long people waited.
 *   node bench/alert-storm.ts [--alerts 100000] [--rate 1667] [--causes 200] [--per-request 100] [--seed 1]
 */
const { values } = parseArgs({
  options: {
    alerts: { type: 'string', default: '100000' },
    rate: { type: 'string', default: '1667' },
    causes: { type: 'string', default: '200' },
    'per-request': { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
  },
})
const [total, rate, causes] = [Number(values.alerts), Number(values.rate), Number(values.causes)]
const perRequest = Number(values['per-request'])
const chain = ['front', 'middle', 'back', 'store']
const random = seededRandom(Number(values.seed))
const sendersMax = 32

const folder = mkdtempSync(join(tmpdir(), 'aiops-alert-storm-'))
const server = await startReceiver('aiops', folder, [])
if (typeof server === 'string') throw new Error(server)
const url = new URL(server.url).origin
const client = createClient({ url })
try {
  await client.putTopology({ body: topology() })
  const before = cpuOf(server.pid).seconds
  const people = watch()
  const sent = await storm(random)
  const storming = cpuOf(server.pid).seconds
  await settled(server.pid)
  const waited = await people.stop()
  const alerts = await client.listAlerts({ query: { limit: 1 } })
  const incidents = await client.listIncidents({ query: { limit: 1 } })
  const figures = {
    ...{
      sent: sent.alerts,
      repeated: sent.repeated,
      seconds: sent.seconds,
      refused_and_sent_again: sent.refused,
    },
    ...{ stored: alerts.total, lost: total - alerts.total, incidents: incidents.total },
    cpu_seconds: { storm: storming - before, until_settled: cpuOf(server.pid).seconds - before },
    api_ms: { ...spread([...waited.values()].flat()), ...eachOf(waited) },
  }
  process.stdout.write(
    `${JSON.stringify({ bench: 'alert-storm', machine: machine(), total, rate, causes, ...figures }, null, 1)}\n`,
  )
} finally {
  await server.stop()
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
}

function topology() {
  const name = (cause: number, at: number): string => `service/${chain[at]}-${cause}`
  const each = <T>(count: number, make: (cause: number, at: number) => T): T[] =>
    Array.from({ length: causes * count }, (_, i) => make(Math.floor(i / count), i % count))
  return {
    entities: each(4, (cause, at) => ({ id: name(cause, at), labels: {} })),
    edges: each(3, (cause, at) => ({
      ...{ source: name(cause, at), target: name(cause, at + 1), type: 'CALLS' as const },
    })),
  }
}

/** Keeps to the rate whatever the answers take, with a bound on how many are under way; what is refused is sent again, as Alertmanager does. */
async function storm(chance: Random) {
  const told = { alerts: 0, repeated: 0, refused: 0, seconds: 0 }
  const startMs = performance.now()
  const under = new Set<Promise<void>>()
  for (let from = 0; from < total; from += perRequest) {
    const dueMs = startMs + (from / rate) * 1_000
    if (performance.now() < dueMs) await sleep(dueMs - performance.now())
    while (under.size >= sendersMax) await Promise.race(under)
    const count = Math.min(perRequest, total - from)
    const body = JSON.stringify({
      ...{ version: '4', status: 'firing', receiver: 'aiops', groupKey: '{}', truncatedAlerts: 0 },
      ...{ groupLabels: {}, commonLabels: {}, commonAnnotations: {}, externalURL: '' },
      alerts: Array.from({ length: count }, (_, at) => alertOf(from + at, chance)),
    })
    const again = chance.next() < 0.05
    told.alerts += count * (again ? 2 : 1)
    if (again) told.repeated += count
    const sending = post(body, told).then(() => (again ? post(body, told) : undefined))
    under.add(sending)
    void sending.finally(() => under.delete(sending))
  }
  await Promise.all(under)
  told.seconds = Math.round((performance.now() - startMs) / 100) / 10
  return told
}

function alertOf(i: number, chance: Random) {
  const cause = Math.floor(chance.next() * causes)
  const at = Math.floor(chance.next() * 4)
  const severity = chance.next() < 0.1 ? 'critical' : 'warning'
  const service = `${chain[at]}-${cause}`
  return {
    status: 'firing',
    labels: { alertname: `Rule${i % 50}`, service, severity, instance: `host-${i}` },
    annotations: { summary: `${service} is slow` },
    ...{ startsAt: new Date().toISOString(), endsAt: '0001-01-01T00:00:00Z' },
    ...{ generatorURL: '', fingerprint: i.toString(16).padStart(16, '0') },
  }
}

async function post(body: string, told: { refused: number }): Promise<void> {
  for (;;) {
    const reply = await fetch(`${url}/api/v1/alerts/webhook`, {
      ...{ method: 'POST', body, headers: { 'content-type': 'application/json' } },
    }).catch(() => undefined)
    await reply?.arrayBuffer()
    if (reply?.ok) return
    if (reply && reply.status < 429) throw new Error(`the webhook answered ${reply.status}`)
    told.refused += 1
    await sleep(1_000)
  }
}

/** Somebody looks at the incidents, somebody at one of them, somebody at the alerts, ten times a second each: path → milliseconds. */
function watch() {
  const paths = ['/api/v1/incidents?limit=50', '/api/v1/incidents/1', '/api/v1/alerts?limit=50']
  const waitedMs = new Map<string, number[]>(paths.map((path) => [path, []]))
  let watching = true
  const look = async (path: string): Promise<void> => {
    while (watching) {
      const startMs = performance.now()
      const reply = await fetch(`${url}${path}`)
      await reply.arrayBuffer()
      waitedMs.get(path)?.push(performance.now() - startMs)
      await sleep(100)
    }
  }
  const looks = paths.map(look)
  return {
    async stop(): Promise<ReadonlyMap<string, readonly number[]>> {
      watching = false
      await Promise.all(looks)
      return waitedMs
    },
  }
}

function spread(waitedMs: readonly number[]) {
  const sorted = waitedMs.map((ms) => Math.round(ms * 10) / 10).sort((a, b) => a - b)
  return {
    requests: sorted.length,
    p50: quantile(sorted, 0.5),
    p95: quantile(sorted, 0.95),
    max: sorted.at(-1),
  }
}

function eachOf(waited: ReadonlyMap<string, readonly number[]>) {
  return Object.fromEntries([...waited].map(([path, waitedMs]) => [path, spread(waitedMs)]))
}

function quantile(sorted: readonly number[], q: number): number | undefined {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))]
}
