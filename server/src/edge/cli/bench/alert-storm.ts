import { setTimeout as sleep } from 'node:timers/promises'
import { createClient } from '@aiops/contract/client'
import { type Random, seededRandom } from '../../../kernel/random.ts'

export type StormOptions = {
  url: string
  alerts: number
  causes: number
  /** Alerts a second; without it as fast as they are taken. */
  rate?: number
  /** Alerts a webhook; 100 unless given. */
  perRequest?: number
  /** Share of the webhooks that are sent twice, as senders do that were cut off; none unless given. */
  twice?: number
  /** Of the alerts' causes and severities; 1 unless given. */
  seed?: number
  /** Whether somebody looks at incidents and alerts meanwhile, ten times a second each. */
  watched: boolean
}

export type Storm = {
  /** Different ones. */
  sent: number
  repeated: number
  /** Webhooks that were told to come again. */
  refused: number
  stored: number
  incidents: number
  seconds: number
  /** Of the server, until all is correlated and it has come to rest. */
  cpuSeconds: number
  /** Of these until the last alert was taken. */
  stormCpuSeconds: number
  /** Milliseconds that people waited for lists and pages meanwhile, in order, and of each page. */
  waitedMs: number[]
  waitedMsByPage: Record<string, number[]>
}

type Sending = Pick<Storm, 'sent' | 'repeated' | 'refused'>

const chain = ['front', 'middle', 'back', 'store'] as const
const perRequestDefault = 100
const pages = ['/api/v1/incidents?limit=50', '/api/v1/incidents/1', '/api/v1/alerts?limit=50']
const sendersMax = 16
const restMs = 1_000
/** A server that does not come to rest is measured as it is then. */
const restsMax = 30

/** Alerts of so many causes at once, through Alertmanager's webhook. */
export async function alertStorm(options: StormOptions): Promise<Storm> {
  const { url, causes, watched } = options
  const client = createClient({ url })
  await client.putTopology({ body: topologyOf(causes) })
  const before = await cpuOf(url)
  const people = watch(url, watched ? pages : [])
  const startMs = performance.now()
  const sending = await send(options)
  const seconds = (performance.now() - startMs) / 1_000
  const stormCpuSeconds = (await cpuOf(url)) - before
  const cpuSeconds = (await rest(url)) - before
  const waitedMsByPage = await people.stop()
  const [stored, incidents] = await Promise.all([
    client.listAlerts({ query: { limit: 1 } }),
    client.listIncidents({ query: { limit: 1 } }),
  ])
  return {
    ...sending,
    ...{ stored: stored.total, incidents: incidents.total, seconds, cpuSeconds, stormCpuSeconds },
    waitedMs: Object.values(waitedMsByPage)
      .flat()
      .sort((a, b) => a - b),
    waitedMsByPage,
  }
}

function topologyOf(causes: number) {
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

/** Keeps to the rate whatever the answers take, with a bound on how many are under way. */
async function send(options: StormOptions): Promise<Sending> {
  const { url, alerts, causes, rate, perRequest = perRequestDefault, twice = 0, seed = 1 } = options
  const chance = seededRandom(seed)
  const told: Sending = { sent: alerts, repeated: 0, refused: 0 }
  const startMs = performance.now()
  const under = new Set<Promise<void>>()
  for (let from = 0; from < alerts; from += perRequest) {
    const dueMs = rate === undefined ? 0 : startMs + (from / rate) * 1_000
    if (performance.now() < dueMs) await sleep(dueMs - performance.now())
    while (under.size >= sendersMax) await Promise.race(under)
    const count = Math.min(perRequest, alerts - from)
    const body = webhook(from, count, causes, chance)
    const again = twice > 0 && chance.next() < twice
    if (again) told.repeated += count
    const sending = post(url, body, told).then(() => (again ? post(url, body, told) : undefined))
    under.add(sending)
    void sending.finally(() => under.delete(sending))
  }
  await Promise.all(under)
  return told
}

const webhook = (from: number, count: number, causes: number, chance: Random): string =>
  JSON.stringify({
    ...{ version: '4', status: 'firing', receiver: 'aiops', groupKey: '{}', truncatedAlerts: 0 },
    ...{ groupLabels: {}, commonLabels: {}, commonAnnotations: {}, externalURL: '' },
    alerts: Array.from({ length: count }, (_, at) => alertOf(from + at, causes, chance)),
  })

function alertOf(i: number, causes: number, chance: Random) {
  const service = `${chain[Math.floor(chance.next() * 4)]}-${Math.floor(chance.next() * causes)}`
  const severity = chance.next() < 0.1 ? 'critical' : 'warning'
  return {
    status: 'firing',
    labels: { alertname: `Rule${i % 50}`, service, severity, instance: `host-${i}` },
    annotations: { summary: `${service} is slow` },
    ...{ startsAt: new Date().toISOString(), endsAt: '0001-01-01T00:00:00Z' },
    ...{ generatorURL: '', fingerprint: i.toString(16).padStart(16, '0') },
  }
}

/** What is refused because too much waits is sent again, as Alertmanager does. */
async function post(url: string, body: string, told: Sending): Promise<void> {
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

function watch(url: string, paths: readonly string[]) {
  const waited: Record<string, number[]> = Object.fromEntries(paths.map((path) => [path, []]))
  let watching = true
  const look = async (path: string): Promise<void> => {
    while (watching) {
      const startMs = performance.now()
      await (await fetch(`${url}${path}`)).arrayBuffer()
      waited[path]?.push(performance.now() - startMs)
      await sleep(100)
    }
  }
  const looks = paths.map(look)
  return {
    async stop(): Promise<Record<string, number[]>> {
      watching = false
      await Promise.all(looks)
      return waited
    },
  }
}

/** CPU seconds once a second passes with less than a tenth of work. */
async function rest(url: string): Promise<number> {
  let used = await cpuOf(url)
  for (let i = 0; i < restsMax; i += 1) {
    await sleep(restMs)
    const now = await cpuOf(url)
    if (now - used < 0.1) return now
    used = now
  }
  return used
}

async function cpuOf(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  const found = /^process_cpu_seconds_total\S* ([0-9.e+-]+)/m.exec(text)?.[1]
  if (found === undefined) throw new Error('the server does not tell its CPU time')
  return Number(found)
}
