import { expect, test } from 'vitest'
import { isoTime } from '../../../kernel/clock.ts'
import { inputOf, readingOf, startMs } from '../placement-rig.suite.ts'
import { ProviderBook } from '../provider/provider-book.ts'
import { readingSignals } from './reading-signal.ts'
import { reviewOf } from './review.ts'
import { type Signal, SignalBoard } from './signal-board.ts'

const signalOf = (origin: string, more: Partial<Signal> = {}): Signal => ({
  ...{ id: origin, origin, provider: 'aws', service: null, kind: 'LATENCY', atMs: startMs, text: '' },
  ...more,
})
const boardOf = () => new SignalBoard({ windowMs: 600_000, originsMin: 2 })

test('one source alone is no emergency, however often and of however many services it speaks', () => {
  const board = boardOf()
  for (let index = 0; index < 50; index += 1)
    board.add(signalOf('telemetry:sim', { id: `s${index}`, service: `service${index}` }))
  board.add(signalOf('telemetry:sim', { kind: 'COST' }))
  expect(board.emergencies(startMs)).toEqual([])
})

test('one sender that tells readings or alerts under two names is no two', () => {
  for (const family of ['telemetry', 'alert']) {
    const board = boardOf()
    for (const name of ['a', 'b', 'c']) board.add(signalOf(`${family}:${name}`))
    expect(board.emergencies(startMs)).toEqual([])
  }
})

test('two independent sources within the window are one, and are no longer once the window has passed or one is withdrawn', () => {
  const board = boardOf()
  board.add(signalOf('telemetry:sim', { kind: 'OUTAGE' }))
  board.add(signalOf('alert:probe', { id: 'alert:1', service: 'cart', kind: 'ALERT' }))
  expect(board.emergencies(startMs)).toMatchObject([{ provider: 'aws', kind: 'OUTAGE', services: null }])
  board.remove('alert:1')
  expect(board.emergencies(startMs)).toEqual([])
  board.add(signalOf('alert:probe', { atMs: startMs }))
  expect(board.emergencies(startMs + 600_001)).toEqual([])
})

test('two sources about different providers are two troubles and no emergency', () => {
  const board = boardOf()
  board.add(signalOf('telemetry:sim'))
  board.add(signalOf('alert:probe', { provider: 'alibaba' }))
  expect(board.emergencies(startMs)).toEqual([])
})

const limits = { latencyFactor: 3, costFactor: 2, stepMs: 300_000, lossMs: 90_000 }
function bookOf(
  newest: (service: number, provider: string) => { latency?: number; cost?: number } | null,
): ProviderBook {
  const book = new ProviderBook({ stepMs: 300_000, steps: 72, seriesMax: 100, staleMs: 300_000 })
  for (let service = 1; service <= 3; service += 1)
    for (const provider of ['aws', 'alibaba']) {
      for (let step = 12; step >= 1; step -= 1)
        book.read(readingOf(provider, { service: `s${service}`, at: isoTime(startMs - step * 300_000) }))
      const last = newest(service, provider)
      if (last)
        book.read(
          readingOf(provider, {
            service: `s${service}`,
            at: isoTime(startMs),
            cost: last.cost ?? 1,
            latency_ms: last.latency ?? 100,
          }),
        )
    }
  return book
}

test('most services of a provider that are three times slower are a signal, one of three is none', () => {
  const slow = (most: number) =>
    bookOf((service, provider) => ({ latency: provider === 'aws' && service <= most ? 320 : 100 }))
  expect(readingSignals(slow(2), startMs, limits)).toMatchObject([
    { provider: 'aws', kind: 'LATENCY', origin: 'telemetry:test', service: null },
  ])
  expect(readingSignals(slow(1), startMs, limits)).toEqual([])
})

test('a price that doubles is a signal; a provider of which nothing comes while its sender goes on is one; silence of all is none', () => {
  expect(
    readingSignals(
      bookOf((_, provider) => ({ cost: provider === 'aws' ? 2.5 : 1 })),
      startMs,
      limits,
    ),
  ).toMatchObject([{ kind: 'COST', provider: 'aws' }])
  expect(
    readingSignals(
      bookOf((_, provider) => (provider === 'aws' ? null : {})),
      startMs,
      limits,
    ),
  ).toMatchObject([{ kind: 'OUTAGE', provider: 'aws' }])
  expect(
    readingSignals(
      bookOf(() => null),
      startMs + 3_600_000,
      limits,
    ),
  ).toEqual([])
})

const decision = {
  ...inputOf(),
  id: 'd',
  at: isoTime(startMs),
  from: 'aws',
  to: 'alibaba',
  signals: ['a', 'b'],
} as never
const seen = {
  nowMs: startMs + 3_600_000,
  movedMs: startMs + 42_000,
  steps: 60,
  latencyFactor: 3,
  costFactor: 2,
}

test('a review says whether the trouble went on, with the real durations, and proposes thresholds only where it did not', () => {
  const right = reviewOf(decision, { ...seen, told: 10, bad: 0 })
  expect(right).toMatchObject({ right: true, thresholds: [] })
  expect(right.finding).toContain(
    'in 83 % of the 60 min since: the emergency was real. It ran at alibaba 42 s after the decision.',
  )
  const wrong = reviewOf(decision, { ...seen, told: 60, bad: 6, movedMs: null })
  expect(wrong.right).toBe(false)
  expect(wrong.thresholds[0]).toMatchObject({
    setting: 'placement.emergency.latency_factor',
    from: 3,
    to: 3.75,
  })
  expect(wrong.runbook).toContain('Was it right: no')
  expect(reviewOf(decision, { ...seen, steps: 0, told: 0, bad: 0 }).right).toBeNull()
})
