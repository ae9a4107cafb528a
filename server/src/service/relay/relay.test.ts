import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openSegmentLog } from '../../adapter/segment/index.ts'
import { ManualClock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import { silentLog } from '../../kernel/log.ts'
import { createMetrics } from '../../kernel/metric.ts'
import { seededRandom } from '../../kernel/random.ts'
import type { HttpRequest, HttpResponse } from '../../port/http-client.ts'
import type { RelayEntry } from '../../port/relay-log.ts'
import { createRelay, RelayConfig } from './index.ts'
import { retryAfterMs, verdictOf } from './verdict.ts'

type Answer = number | Fault | Partial<HttpResponse>

const entry = (n: number, path = '/v1/logs'): RelayEntry => ({
  ...{ tenant: 'shop', method: 'POST', path: `${path}?n=${n}`, receivedMs: 1_000 + n },
  headers: { 'content-type': 'application/json', 'x-aiops-received-ms': String(1_000 + n) },
  body: Buffer.from(`body ${n}`),
})
const numberOf = ({ url }: HttpRequest): number => Number(url.split('n=')[1])

async function rig(answerOf: (request: HttpRequest, nth: number) => Answer, config: object = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'aiops-relay-'))
  const clock = new ManualClock()
  const metrics = createMetrics()
  const asked: HttpRequest[] = []
  const dead: { entry: RelayEntry; status: number; reason: string }[] = []
  const relayLog = await openSegmentLog({
    ...{ folder, bytesMax: 2_000_000, whenFull: 'refuse', entryBytesMax: 1_000_000 },
    newId: () => 'relay-one',
  })
  const relay = createRelay(
    {
      ...{ relayLog, clock, metrics, log: silentLog, random: seededRandom(1), ca: undefined },
      deadLetters: { add: async (one, status, reason) => void dead.push({ entry: one, status, reason }) },
      secrets: { read: async (name) => `value-of-${name}` },
      http: {
        async send(request) {
          asked.push(request)
          const answer = answerOf(request, asked.length)
          if (answer instanceof Fault) throw answer
          const given = typeof answer === 'number' ? { status: answer } : answer
          return { status: 200, headers: {}, body: Buffer.from('its reason\n'), ...given }
        },
      },
    },
    RelayConfig.parse({ hub_url: 'https://hub.example/', token_secret: 'HUB', ...config }),
  )
  await relay.start()
  onTestFinished(async () => {
    await relay.stop()
    await relayLog.close()
    rmSync(folder, { recursive: true, force: true })
  })
  /** Lets the disk and the loop go on, without time passing. */
  const settled = async (done: () => boolean): Promise<void> => {
    await expect.poll(done, { timeout: 5_000, interval: 2 }).toBe(true)
  }
  return { relay, clock, asked, dead, settled, metrics }
}

describe('a relay', () => {
  it('sends on in order, each request as it came, with its tenant and its own key', async () => {
    const { relay, asked, settled } = await rig(() => 204)
    for (let n = 0; n < 20; n += 1) await relay.keep(entry(n))
    await settled(() => relay.state().bufferedBytes === 0 && relay.state().oldestMs === null)
    expect(asked.map(numberOf)).toEqual(Array.from({ length: 20 }, (_, n) => n))
    expect(asked[3]).toMatchObject({
      ...{ method: 'POST', url: 'https://hub.example/v1/logs?n=3', body: Buffer.from('body 3') },
      headers: {
        ...{ 'content-type': 'application/json', 'x-aiops-received-ms': '1003' },
        ...{ 'x-tenant-id': 'shop', authorization: 'Bearer value-of-HUB' },
        'x-aiops-relay': expect.stringMatching(/^relay-one \d+ 1003$/),
      },
    })
  })

  it.each<[string, Answer]>([
    ['answers 503', 503],
    ['answers 429', 429],
    ['refuses the key', 401],
    ['is not at that address', 404],
    ['cannot be reached', new Fault('UPSTREAM_FAILED', 'hub.example could not be reached (ECONNREFUSED).')],
    ['takes too long', new Fault('TIMEOUT', 'It took too long.')],
  ])('keeps everything while the hub %s, waits longer each time, and loses no place', async (_, answer) => {
    const { relay, clock, asked, dead, settled } = await rig((_request, nth) => (nth <= 4 ? answer : 200))
    for (const n of [1, 2, 3]) await relay.keep(entry(n))
    for (const nth of [1, 2, 3, 4]) {
      await settled(() => asked.length === nth)
      await expect.poll(() => relay.state().problem).not.toBe('')
      const waitMs = 1_000 * 2 ** (nth - 1)
      await clock.advance(waitMs * 0.7)
      expect(asked).toHaveLength(nth)
      await clock.advance(waitMs * 0.6)
    }
    await settled(() => relay.state().bufferedBytes === 0 && relay.state().oldestMs === null)
    expect(asked.map(numberOf)).toEqual([1, 1, 1, 1, 1, 2, 3])
    // By this the hub knows one that it took, but whose answer was lost.
    expect(new Set(asked.slice(0, 5).map(({ headers }) => headers['x-aiops-relay'])).size).toBe(1)
    expect(new Set(asked.map(({ headers }) => headers['x-aiops-relay'])).size).toBe(3)
    expect(relay.state()).toMatchObject({ problem: '', problemSinceMs: null, oldestMs: null })
    expect(dead).toEqual([])
  })

  it('comes again when the hub says', async () => {
    const { relay, clock, asked, settled } = await rig((_request, nth) =>
      nth === 1 ? { status: 429, headers: { 'retry-after': '30' } } : 200,
    )
    await relay.keep(entry(1))
    await settled(() => relay.state().problem !== '')
    await clock.advance(29_000)
    expect(asked).toHaveLength(1)
    await clock.advance(1_000)
    await settled(() => asked.length === 2)
  })

  it('sets aside what the hub will never take, with its reason, and goes on', async () => {
    const { relay, asked, dead, settled, metrics } = await rig((request) =>
      numberOf(request) === 2 ? 400 : 200,
    )
    for (const n of [1, 2, 3]) await relay.keep(entry(n))
    await settled(() => relay.state().bufferedBytes === 0 && relay.state().oldestMs === null)
    expect(asked.map(numberOf)).toEqual([1, 2, 3])
    expect(dead.map(({ status, reason }) => [status, reason])).toEqual([[400, 'its reason']])
    expect(dead[0]?.entry).toEqual({ ...entry(2), body: Buffer.from('body 2') })
    expect(relay.state().deadLetters).toBe(1)
    expect(await metrics.render()).toMatch(/aiops_edge_dead_letters_total 1\n[\s\S]*aiops_edge_hub_up 1\n/)
  })

  it('tells what waits and how long', async () => {
    const { relay, settled, metrics } = await rig(() => 503)
    await relay.keep(entry(7))
    await settled(() => relay.state().problem !== '')
    expect(relay.state()).toMatchObject({ oldestMs: 1_007, problem: 'It answered 503: its reason' })
    expect(relay.state().bufferedBytes).toBeGreaterThan(0)
    expect(await metrics.render()).toMatch(/aiops_edge_failed_attempts_total 1\n/)
  })

  it('refuses what finds no room, counted, and starts with no hub for nobody', async () => {
    const { relay, metrics } = await rig(() => 503)
    let refusal: unknown
    while (refusal === undefined)
      await relay.keep({ ...entry(1), body: Buffer.alloc(200_000) }).catch((error) => {
        refusal = error
      })
    expect(refusal).toMatchObject({ code: 'QUEUE_FULL' })
    expect(await metrics.render()).toContain('aiops_edge_refused_requests_total{error_type="QUEUE_FULL"} 1')
    await expect(rig(() => 200, { hub_url: '' })).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  })
})

it('knows which answers mean later and which mean never', () => {
  const later = [301, 401, 403, 404, 405, 408, 425, 429, 500, 502, 503, 504]
  expect(later.filter((status) => verdictOf(status, '/v1/logs') !== 'LATER')).toEqual([])
  const never = [400, 409, 413, 415, 422]
  expect(never.filter((status) => verdictOf(status, '/v1/logs') !== 'NEVER')).toEqual([])
  expect(verdictOf(404, '/api/v1/alerts/from/nobody')).toBe('NEVER')
  expect(verdictOf(206, '/v1/logs')).toBe('TAKEN')
})

it('reads how long to wait as seconds or as a date', () => {
  const nowMs = Date.parse('2026-01-01T00:00:00Z')
  expect(retryAfterMs('120', nowMs)).toBe(120_000)
  expect(retryAfterMs('Thu, 01 Jan 2026 00:01:00 GMT', nowMs)).toBe(60_000)
  expect(retryAfterMs('soon', nowMs)).toBe(undefined)
  expect(retryAfterMs(undefined, nowMs)).toBe(undefined)
})
