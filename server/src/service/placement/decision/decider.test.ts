import { hourly } from '@aiops/contract/model/money'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PlacementConfig } from '../config.ts'
import { candidateOf, guardOf, inputOf, readingOf, startMs } from '../placement-rig.suite.ts'
import { Decider } from './decider.ts'
import type { DecisionInput } from './decision-input.ts'

const config = PlacementConfig.parse({})
const decider = new Decider(config)
const failed = (input: DecisionInput): string[] =>
  decider.decide(input).tests.flatMap(({ passed, name }) => (passed ? [] : [name]))

test('a cheaper provider that has proven itself is recommended, with why, how sure, what it saves and what would flip it', () => {
  const verdict = decider.decide(inputOf())
  expect(verdict).toMatchObject({
    state: 'RECOMMENDED',
    action: 'MOVE',
    from: 'aws',
    to: 'alibaba',
    runner_up: 'aws',
  })
  expect(verdict.tests.every(({ passed }) => passed)).toBe(true)
  expect(verdict.tests).toHaveLength(14)
  // 24 h at $0.50/h less 15 min at $0.50/h on the new side.
  expect(verdict.economics?.saving_usd.p50).toBeCloseTo(12 - 0.125, 0)
  expect(verdict.economics?.migration_usd).toBeCloseTo(0.125, 6)
  expect(verdict.explanation).toContain('Move cart from aws to alibaba')
  expect(verdict.flips.join()).toMatch(/flips if/)
})

test('data that leaves costs what a price book says, else what the settings say, and the source is named', () => {
  const rules = { ...config.defaults, egress_gib: 10 }
  const parts = (more: Partial<DecisionInput>) =>
    decider.decide(inputOf({ rules, ...more })).economics?.migration_parts[0]
  expect(parts({})).toMatchObject({ source: 'placement.migration.egress_usd_per_gib' })
  expect(parts({})?.usd).toBeCloseTo(0.9, 9)
  const egress = { gibUsd: 0.02, source: 'price book aws-list of 2026-11-01' }
  expect(parts({ egress })).toMatchObject({
    name: 'egress of 10 GiB at $0.02/GiB',
    source: 'price book aws-list of 2026-11-01',
  })
  expect(parts({ egress })?.usd).toBeCloseTo(0.2, 9)
})

test('confidence is the share of draws that are won, and not the score', () => {
  const clear = decider.decide(inputOf())
  expect(clear.confidence).toBe(1)
  expect(clear.options.find(({ provider }) => provider === 'alibaba')?.score).toBeLessThan(0.9)
  const even = decider.decide(
    inputOf({
      candidates: [
        candidateOf(readingOf('aws')),
        candidateOf(readingOf('alibaba', { cost: 0.9, latency_ms: 140 })),
      ],
    }),
  )
  const shares = even.options.map(({ acceptability }) => acceptability ?? 0)
  expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9)
  expect(even.confidence).toBeLessThan(0.95)
})

test('the same input and seed give the same verdict bit for bit, whatever was decided between', () => {
  const first = JSON.stringify(decider.decide(inputOf()))
  decider.decide(
    inputOf({
      seed: 99,
      candidates: [candidateOf(readingOf('aws'), 7), candidateOf(readingOf('x', { cost: 2 }), 7)],
    }),
  )
  expect(JSON.stringify(decider.decide(inputOf()))).toBe(first)
  expect(JSON.stringify(new Decider(config).decide(inputOf()))).toBe(first)
})

test.each<[string, Partial<DecisionInput>]>([
  ['DWELL', { sinceMs: startMs - 60_000 }],
  ['COOLDOWN', { guard: guardOf({ lastProposalMs: startMs - 60_000 }) }],
  ['COOLDOWN', { guard: guardOf({ droppedUntilMs: { alibaba: startMs + 1 } }) }],
  ['RATE', { guard: guardOf({ movesLastHour: 5 }) }],
  ['RATE', { guard: guardOf({ serviceMovesLastDay: 6 }) }],
  ['INCIDENT', { guard: guardOf({ incidents: ['INC-7'] }) }],
  ['FRESH_PRICES', { guard: guardOf({ prices: { fresh: false, detail: 'book is 40 d old' } }) }],
  ['KILL_SWITCH', { guard: guardOf({ killSwitch: 'set by ann' }) }],
  ['OPEN_DEPLOYMENT', { guard: guardOf({ openDeployment: 'd1' }) }],
  ['REGRET', { regret: { atMs: startMs, byProvider: {} } }],
  [
    'FRESH_TELEMETRY',
    {
      candidates: [
        { ...candidateOf(readingOf('aws')), staleSeconds: 400 },
        candidateOf(readingOf('alibaba', { cost: 0.5 })),
      ],
    },
  ],
])('%s alone holds a move, and says so with value and limit', (name, more) => {
  expect(failed(inputOf(more))).toEqual([name])
  const verdict = decider.decide(inputOf(more))
  expect(verdict.state).toBe('HELD')
  expect(verdict.explanation).toContain('Held: ')
})

test('a move that does not pay for itself is held by its low end and its payback', () => {
  const dear = PlacementConfig.parse({ migration: { flat_usd: 50 } })
  const verdict = new Decider(dear).decide(inputOf())
  const names = verdict.tests.flatMap(({ passed, name }) => (passed ? [] : [name]))
  expect(names).toEqual(['SAVING_P10', 'PAYBACK', 'REGRET'])
})

test('credit is a factor of the score and never money: it is subtracted from no bill', () => {
  const economicsWith = (credits: number) =>
    decider.decide(
      inputOf({
        candidates: [
          candidateOf(readingOf('aws')),
          candidateOf(readingOf('alibaba', { cost: 0.5, credits })),
        ],
      }),
    ).economics
  expect(economicsWith(1)).toEqual(economicsWith(0))
})

test('too short a history draws nothing and so holds every move', () => {
  const candidates = [candidateOf(readingOf('aws'), 3), candidateOf(readingOf('alibaba', { cost: 0.5 }), 3)]
  const verdict = decider.decide(inputOf({ candidates }))
  expect(verdict).toMatchObject({ state: 'HELD', confidence: null, economics: null })
  expect(verdict.tests.find(({ name }) => name === 'CONFIDENCE')?.detail).toBe(
    '15 min of common history, at least 20 min needed',
  )
})

test('an emergency skips the tests of money and waiting, and none of safety', () => {
  const emergency = { signals: ['a', 'b'], reason: 'aws is out' }
  const risky = {
    regret: { atMs: startMs, byProvider: {} },
    sinceMs: startMs - 1,
    emergency,
    out: new Set(['aws']),
  }
  const stale = [
    { ...candidateOf(readingOf('aws')), staleSeconds: 400 },
    candidateOf(readingOf('alibaba', { cost: 3 })),
  ]
  expect(
    decider.decide(inputOf({ ...risky, candidates: stale, guard: guardOf({ incidents: ['INC-1'] }) })),
  ).toMatchObject({
    ...{ state: 'RECOMMENDED', emergency: true, signals: ['a', 'b'], to: 'alibaba' },
  })
  expect(failed(inputOf({ ...risky, guard: guardOf({ killSwitch: 'set' }) }))).toEqual(['KILL_SWITCH'])
  expect(failed(inputOf({ ...risky, guard: guardOf({ openDeployment: 'd' }) }))).toEqual(['OPEN_DEPLOYMENT'])
  const stateful = decider.decide(inputOf({ ...risky, rules: { ...config.defaults, stateful: true } }))
  expect(stateful).toMatchObject({ state: 'STAYING', emergency: false })
})

test('of nothing that is unknown a number is made', () => {
  const blank = readingOf('alibaba', {
    cost_hourly_usd: null as never,
    latency_ms: null,
    credits: null,
    available_gpus: null,
  })
  const verdict = decider.decide(
    inputOf({
      candidates: [candidateOf(readingOf('aws')), candidateOf(blank)],
    }),
  )
  expect(verdict.state).toBe('STAYING')
  expect(verdict.options[1]).toMatchObject({
    acceptability: null,
    factors: {},
    excluded: ['its cost is not known'],
  })
  expect(decider.decide(inputOf({ current: null }))).toMatchObject({
    state: 'STAYING',
    from: null,
    economics: null,
    tests: [],
  })
  expect(decider.decide(inputOf({ current: 'gcp' })).explanation).toContain('nothing is known')
})

test('a factor that one side does not tell is compared for none', () => {
  const quiet = candidateOf(readingOf('alibaba', { cost: 0.5, credits: null }))
  const verdict = decider.decide(
    inputOf({ candidates: [candidateOf(readingOf('aws', { credits: 1 })), quiet] }),
  )
  expect(verdict.gap?.parts.CREDITS).toBeUndefined()
  expect(verdict.explanation).toContain('Not compared, for not all sides tell it: credits.')
})

const arbitraryReading = fc.record({
  cost: fc.double({ min: 0.01, max: 3, noNaN: true }),
  latency_ms: fc.option(fc.double({ min: 1, max: 800, noNaN: true })),
  credits: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
  available_gpus: fc.option(fc.integer({ min: 0, max: 9 })),
})

test('the parts of a gap always sum to it, and it is the difference of the scores shown', () => {
  fc.assert(
    fc.property(
      fc.array(arbitraryReading, { minLength: 2, maxLength: 4 }),
      fc.integer({ min: 0, max: 1e9 }),
      (readings, seed) => {
        const candidates = readings.map((one, at) => candidateOf(readingOf(`p${at}`, one), 12))
        const verdict = decider.decide(inputOf({ candidates, current: 'p0', seed }))
        const { gap } = verdict
        if (!gap) return
        const sum = Object.values(gap.parts).reduce((total, part) => total + part, 0)
        const scoreOf = (name: string | null) =>
          verdict.options.find(({ provider }) => provider === name)?.score ?? 0
        expect(sum).toBeCloseTo(gap.total, 12)
        expect(gap.total).toBeCloseTo(scoreOf(verdict.to) - scoreOf(gap.against), 9)
      },
    ),
    { numRuns: 100 },
  )
})

test('another provider that appears never turns the scores of those that were there', () => {
  fc.assert(
    fc.property(arbitraryReading, (extra) => {
      const base = inputOf()
      const full = { latency_ms: 100, credits: 0, available_gpus: 0 }
      const known = Object.fromEntries(Object.entries(extra).filter(([, value]) => value !== null))
      const more = inputOf({
        candidates: [...base.candidates, candidateOf(readingOf('new', { ...full, ...known }))],
      })
      const scores = (input: DecisionInput) =>
        decider
          .decide(input)
          .options.slice(0, 2)
          .map(({ score }) => score)
      expect(scores(more)).toEqual(scores(base))
    }),
    { numRuns: 50 },
  )
})

test('hard constraints exclude in words and are never bought off by a score', () => {
  const cheap = (more: object) =>
    decider.decide(inputOf({ rules: { ...config.defaults, ...more } })).options[1]?.excluded
  expect(cheap({ residency: ['us-*'] })).toEqual(['region eu-1 is outside us-*'])
  expect(cheap({ residency: ['eu-*'] })).toEqual([])
  expect(cheap({ providers_deny: ['alibaba'] })).toEqual(['alibaba is denied for this service'])
  expect(cheap({ providers_allow: ['aws'] })).toEqual(['alibaba is not among the allowed providers (aws)'])
  expect(cheap({ gpus_min: 4 })).toEqual(['2 GPUs available, 4 needed'])
  expect(cheap({ instances_allow: ['p3.*'] })).toEqual(['instance m5 is none of p3.*'])
  expect(cheap({ latency_slo_ms: 80 })).toEqual(['latency 100 ms, SLO 80 ms'])
  expect(cheap({ credits_min: 0.6 })).toEqual(['credit 50 % left, 60 % needed'])
  expect(cheap({ cost_hourly_usd_max: 0.4 })).toEqual(['costs $0.5/h, at most $0.4/h'])
  expect(cheap({ stateful: true })).toEqual(['the service holds state and is not moved by a decision'])
  const frozen = inputOf({
    candidates: [candidateOf(readingOf('aws')), candidateOf(readingOf('dear', { cost: 1.1, latency_ms: 1 }))],
    guard: guardOf({ budgetFrozen: 'team web' }),
  })
  expect(decider.decide(frozen).options[1]?.excluded).toEqual([
    'the budget is frozen (team web) and it is not cheaper',
  ])
  expect(hourly(1)).toBe(1)
})
