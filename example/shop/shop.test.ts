import { existsSync } from 'node:fs'
import { Agent } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ExchangeError, exchange } from './exchange.ts'
import { type Role, roles, type Shop, startShop } from './index.ts'
import { nameServices } from './name.ts'
import { portOf, probe } from './probe.ts'
import { childrenOf, runs } from './process-tree.ts'
import { Random } from './random.ts'
import { type Sink, startSink } from './sink.ts'

const exportIntervalMs = 500
const spanKindServer = 2
const agent = new Agent({ keepAlive: true })

let sink: Sink
let shop: Shop
const unexpected: string[] = []

beforeAll(async () => {
  sink = await startSink()
  shop = await startShop({ otlp: sink.url, exportIntervalMs, onExit: (service) => unexpected.push(service) })
}, 30_000)

afterAll(async () => {
  await shop?.stop()
  await sink?.close()
})

describe('the shop at rest', () => {
  it('serves its users in traces that cross at least four services', async () => {
    await eventually(() => expect(Math.max(...servicesByTrace())).toBeGreaterThanOrEqual(4))
  })

  it('reports requests, calls, process and pool of every service under the semantic conventions', async () => {
    const everywhere = [
      'http.server.request.duration',
      'process.cpu.utilization',
      'process.memory.usage',
      'nodejs.eventloop.delay.p99',
      'nodejs.eventloop.utilization',
      'db.client.connection.count',
      'db.client.connection.max',
      'db.client.connection.pending_requests',
      'db.client.connection.wait_time',
      'db.client.connection.timeouts',
    ]
    await eventually(() => {
      for (const role of roles) {
        const names = new Set(sink.points.filter(({ service }) => service === role).map(({ name }) => name))
        expect([...names]).toEqual(expect.arrayContaining(everywhere))
        if (role !== 'store') expect(names).toContain('http.client.request.duration')
      }
    })
  })

  it('keeps readiness polls out of its telemetry', () => {
    expect(sink.spans.filter(({ name }) => name.includes('ready') || name === 'GET /ready')).toEqual([])
  })

  it('writes logs that belong to traces', async () => {
    await eventually(() => expect(sink.logs.some(({ traced }) => traced)).toBe(true))
  })
})

describe('the admin door', () => {
  it('refuses whoever lacks the token, and what it does not know', async () => {
    const port = Number(new URL(shop.admin).port)
    const ask = (path: string, token: string, method = 'POST', body: unknown = {}) =>
      exchange({
        agent,
        port,
        method,
        path,
        headers: { authorization: `Bearer ${token}` },
        body,
        timeoutMs: 2000,
      })
    expect((await ask('/services', 'wrong', 'GET')).status).toBe(401)
    expect((await ask('/services/payments/restore', '')).status).toBe(401)
    expect((await ask('/services/nobody/restore', shop.token)).status).toBe(404)
    expect((await ask('/services/payments/explode', shop.token)).status).toBe(404)
    expect((await ask('/services/payments/fault', shop.token, 'POST', { kind: 'gremlins' })).status).toBe(400)
    expect((await ask('/services', shop.token, 'GET')).status).toBe(200)
  })
})

describe('a fault shows by its effect, and restore undoes it', () => {
  it('latency: answers take hundreds of milliseconds', async () => {
    await shop.fault('payments', 'latency')
    expect((await probe(shop, 'payments')).medianMs).toBeGreaterThan(300)
    await shop.restore('payments')
    expect((await probe(shop, 'payments')).medianMs).toBeLessThan(250)
  })

  it('errors: about half of the answers are failures of its own', async () => {
    await shop.fault('cart', 'errors')
    const { statuses } = await probe(shop, 'cart', 20)
    const failed = statuses.filter((status) => status === 500).length
    expect(failed).toBeGreaterThanOrEqual(6)
    expect(failed).toBeLessThanOrEqual(14)
    await shop.restore('cart')
    expect((await probe(shop, 'cart', 20)).failures).toBeLessThanOrEqual(1)
  })

  it('cpu: the processor is really busy', async () => {
    await shop.fault('inventory', 'cpu')
    await eventually(() => expect(latest('inventory', 'process.cpu.utilization')).toBeGreaterThan(0.5))
    expect(latest('inventory', 'nodejs.eventloop.delay.p99')).toBeGreaterThan(0.02)
    await shop.restore('inventory')
    await eventually(() => expect(latest('inventory', 'process.cpu.utilization')).toBeLessThan(0.3))
  })

  it('memory: resident memory grows until it is given back', async () => {
    const before = latest('checkout', 'process.memory.usage')
    await shop.fault('checkout', 'memory')
    const grown = before + 40e6
    await eventually(() => expect(latest('checkout', 'process.memory.usage')).toBeGreaterThan(grown))
    await shop.restore('checkout')
    await eventually(() => expect(latest('checkout', 'process.memory.usage')).toBeLessThan(before + 20e6))
  })

  it('pool: requests wait for a connection and give up', async () => {
    await shop.fault('store', 'pool')
    await eventually(() =>
      expect(latest('store', 'db.client.connection.pending_requests')).toBeGreaterThan(3),
    )
    const { statuses, medianMs } = await probe(shop, 'store')
    expect(new Set(statuses)).toEqual(new Set([503]))
    expect(medianMs).toBeGreaterThan(700)
    await eventually(() => expect(latest('store', 'db.client.connection.timeouts')).toBeGreaterThan(3))
    await shop.restore('store')
    expect((await probe(shop, 'store')).failures).toBeLessThanOrEqual(1)
    await eventually(() => expect(latest('store', 'db.client.connection.pending_requests')).toBe(0))
  })

  it('down: the process is gone and connections are refused', async () => {
    const { pid } = await state('payments')
    await shop.fault('payments', 'down')
    expect(existsSync(`/proc/${pid}`)).toBe(false)
    await expect(probe(shop, 'payments')).rejects.toMatchObject({
      name: 'ExchangeError',
      type: 'ECONNREFUSED',
    })
    await shop.restore('payments')
    expect((await probe(shop, 'payments')).failures).toBeLessThanOrEqual(1)
    expect(unexpected).toEqual([])
  })

  it('deploy: another version takes over without a refused request, and fails on its main route', async () => {
    const { version: good } = await state('catalog')
    let refused = 0
    const watching = new AbortController()
    const watch = (async () => {
      while (!watching.signal.aborted) {
        await probe(shop, 'catalog', 1).catch((error: unknown) => {
          if (error instanceof ExchangeError) refused++
        })
      }
    })()
    await shop.fault('catalog', 'deploy')
    const { version: bad } = await state('catalog')
    expect(bad).not.toBe(good)
    const { failures, medianMs } = await probe(shop, 'catalog', 20)
    expect(failures).toBeGreaterThanOrEqual(3)
    expect(medianMs).toBeGreaterThan(100)
    await eventually(() => expect(versionsServing('catalog').at(-1)).toBe(bad))
    await shop.restore('catalog')
    watching.abort()
    await watch
    expect(refused).toBe(0)
    expect((await probe(shop, 'catalog', 12)).failures).toBeLessThanOrEqual(1)
    await eventually(() => expect(versionsServing('catalog').at(-1)).toBe(good))
  })

  it('traffic: its callers send it a tenth of their requests, without failing', async () => {
    await shop.fault('inventory', 'traffic')
    expect(await weight('inventory')).toBe(0.1)
    // Callers learn of it within their poll's second.
    await sleep(1200)
    const low = await servedDuring('inventory', 2000)
    await shop.restore('inventory')
    expect(await weight('inventory')).toBe(1)
    await sleep(1200)
    const usual = await servedDuring('inventory', 2000)
    expect(low).toBeLessThan(usual / 3)
  })
})

describe('a sabotaged restore', () => {
  it('makes the service worse, and undo leaves the fault that was there', async () => {
    await shop.fault('payments', 'latency')
    await shop.sabotage('payments')
    await shop.restore('payments')
    const harmed = await probe(shop, 'payments', 12)
    expect(harmed.failures).toBeGreaterThanOrEqual(7)
    expect(harmed.medianMs).toBeGreaterThan(700)
    await shop.undo('payments')
    const undone = await probe(shop, 'payments', 12)
    expect(undone.failures).toBeLessThanOrEqual(1)
    expect(undone.medianMs).toBeGreaterThan(300)
    await shop.restore('payments')
    expect((await probe(shop, 'payments')).medianMs).toBeLessThan(250)
  })

  it('of a killed service brings up a broken one, and undo takes it away again', async () => {
    await shop.fault('cart', 'down')
    await shop.sabotage('cart')
    await shop.restore('cart')
    expect((await probe(shop, 'cart', 10)).failures).toBeGreaterThanOrEqual(5)
    await shop.undo('cart')
    await expect(probe(shop, 'cart')).rejects.toMatchObject({ type: 'ECONNREFUSED' })
    await shop.restore('cart')
    expect((await probe(shop, 'cart')).failures).toBeLessThanOrEqual(1)
  })
})

describe('the telemetry of all of the above', () => {
  it('never speaks of what was done to the services', async () => {
    await sleep(2 * exportIntervalMs)
    const text = Buffer.concat(sink.bodies).toString('latin1')
    expect(text.match(/.{0,40}(fault|inject|sabotage|chaos).{0,40}/i)).toBeNull()
  })
})

describe('a seed', () => {
  it('names every service anew, by nothing that tells its role', () => {
    const one = nameServices(new Random(1).fork('names'))
    const other = nameServices(new Random(2).fork('names'))
    expect(nameServices(new Random(1).fork('names'))).toEqual(one)
    for (const role of roles) {
      expect(one[role]).not.toBe(other[role])
      expect(roles).not.toContain(one[role])
    }
    expect(new Set(Object.values(one)).size).toBe(roles.length)
  })

  it('changes every name and port of the shop, which a killed supervisor takes with it', async () => {
    const seeded = await startShop({ otlp: sink.url, seed: 11 })
    for (const service of seeded.services) {
      const usual = shop.services.find(({ role }) => role === service.role)
      expect(service.name).not.toBe(usual?.name)
      expect(service.url).not.toBe(usual?.url)
    }
    const children = childrenOf(seeded.pid)
    expect(children).toHaveLength(roles.length + 1)
    process.kill(seeded.pid, 'SIGKILL')
    await eventually(() => expect([seeded.pid, ...children].filter(runs)).toEqual([]))
  })
})

describe('stop', () => {
  it('leaves no process behind, even with one burning its CPU', async () => {
    await shop.fault('front', 'cpu')
    const children = childrenOf(shop.pid)
    expect(children).toHaveLength(roles.length + 1)
    await shop.stop()
    expect([shop.pid, ...children].filter(runs)).toEqual([])
    expect(unexpected).toEqual([])
  })
})

async function weight(role: Role): Promise<number> {
  const answer = await exchange({
    agent,
    port: portOf(shop, role),
    method: 'GET',
    path: '/ready',
    timeoutMs: 1000,
  })
  return (answer.body as { weight: number }).weight
}

async function state(role: Role): Promise<{ pid: number; version: string }> {
  const headers = { authorization: `Bearer ${shop.token}` }
  const port = Number(new URL(shop.admin).port)
  const answer = await exchange({ agent, port, method: 'GET', path: '/services', headers, timeoutMs: 2000 })
  const { services } = answer.body as { services: { role: Role; pid: number; version: string }[] }
  return services.find((service) => service.role === role) as { pid: number; version: string }
}

function servicesByTrace(): number[] {
  const services = new Map<string, Set<string>>()
  for (const span of sink.spans) {
    const known = services.get(span.traceId) ?? new Set()
    services.set(span.traceId, known.add(span.service))
  }
  return [...services.values()].map((set) => set.size)
}

function versionsServing(service: string): string[] {
  return sink.spans
    .filter((span) => span.service === service && span.kind === spanKindServer)
    .map((span) => span.version)
}

/** Requests whose spans arrived meanwhile. */
async function servedDuring(service: string, ms: number): Promise<number> {
  const served = () => versionsServing(service).length
  // Spans lag by up to a second, alike at both ends.
  await sleep(1000)
  const before = served()
  await sleep(ms)
  return served() - before
}

function latest(service: string, name: string): number {
  const point = sink.points.findLast((each) => each.service === service && each.name === name)
  if (point === undefined) throw new Error(`no ${name} of ${service}`)
  return point.value
}

/** Tries until it holds, for at most ten seconds. */
async function eventually(claim: () => void): Promise<void> {
  for (const deadline = performance.now() + 10_000; ; ) {
    try {
      return claim()
    } catch (error) {
      if (performance.now() > deadline) throw error
      await sleep(50)
    }
  }
}
