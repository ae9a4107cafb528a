import { setTimeout as sleep } from 'node:timers/promises'
import { createClient } from '@aiops/contract/client'
import { type Random, seededRandom } from '../../../kernel/random.ts'

export type StormOptions = {
  url: string
  alerts: number
  causes: number
  /** Alerts a second; without it as fast as they are taken. */
  rate?: number
  /** Whether somebody looks at incidents and alerts meanwhile, ten times a second each. */
  watched: boolean
}

export type Storm = {
  sent: number
  stored: number
  incidents: number
  seconds: number
  /** Of the server, until all is correlated and it has come to rest. */
  cpuSeconds: number
  /** Milliseconds that people waited for lists and pages meanwhile, in order. */
  waitedMs: number[]
}

const chain = ['front', 'middle', 'back', 'store'] as const
const perRequest = 100
const pages = ['/api/v1/incidents?limit=50', '/api/v1/incidents/1', '/api/v1/alerts?limit=50']
const sendersMax = 16
const restMs = 1_000
/** A server that does not come to rest is measured as it is then. */
const restsMax = 30

/** Alerts of so many causes at once, through Alertmanager's webhook. */
export async function alertStorm({ url, alerts, causes, rate, watched }: StormOptions): Promise<Storm> {
  const client = createClient({ url })
  await client.putTopology({ body: topologyOf(causes) })
  const before = await cpuOf(url)
  const people = watch(url, watched ? pages : [])
  const startMs = performance.now()
  await send(url, alerts, causes, rate)
  const seconds = (performance.now() - startMs) / 1_000
  const cpuSeconds = (await rest(url)) - before
  const waitedMs = await people.stop()
  const [stored, incidents] = await Promise.all([
    client.listAlerts({ query: { limit: 1 } }),
    client.listIncidents({ query: { limit: 1 } }),
  ])
  return { sent: alerts, stored: stored.total, incidents: incidents.total, seconds, cpuSeconds, waitedMs }
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

async function send(url: string, alerts: number, causes: number, rate: number | undefined): Promise<void> {
  const chance = seededRandom(1)
  const startMs = performance.now()
  const under = new Set<Promise<void>>()
  for (let from = 0; from < alerts; from += perRequest) {
    const dueMs = rate === undefined ? 0 : startMs + (from / rate) * 1_000
    if (performance.now() < dueMs) await sleep(dueMs - performance.now())
    while (under.size >= sendersMax) await Promise.race(under)
    const sending = post(url, webhook(from, Math.min(perRequest, alerts - from), causes, chance))
    under.add(sending)
    void sending.finally(() => under.delete(sending))
  }
  await Promise.all(under)
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
async function post(url: string, body: string): Promise<void> {
  for (;;) {
    const reply = await fetch(`${url}/api/v1/alerts/webhook`, {
      ...{ method: 'POST', body, headers: { 'content-type': 'application/json' } },
    }).catch(() => undefined)
    await reply?.arrayBuffer()
    if (reply?.ok) return
    if (reply && reply.status < 429) throw new Error(`the webhook answered ${reply.status}`)
    await sleep(1_000)
  }
}

function watch(url: string, paths: readonly string[]) {
  const waitedMs: number[] = []
  let watching = true
  const look = async (path: string): Promise<void> => {
    while (watching) {
      const startMs = performance.now()
      await (await fetch(`${url}${path}`)).arrayBuffer()
      waitedMs.push(performance.now() - startMs)
      await sleep(100)
    }
  }
  const looks = paths.map(look)
  return {
    async stop(): Promise<number[]> {
      watching = false
      await Promise.all(looks)
      return waitedMs.sort((a, b) => a - b)
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
