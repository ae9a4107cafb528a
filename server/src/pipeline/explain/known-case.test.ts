import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../kernel/random.ts'
import type { CaseChange, CaseFinding, CaseSeries, ExplainCase } from './case.ts'
import { type ExplainResult, explainCase } from './explain-case.ts'
import { freshness } from './method/known-term.ts'
import { simulateCase, simulatedFaults } from './simulated-case.ts'

const stepMs = 2_000
const startMs = Date.UTC(2026, 0, 1)
const onsetMs = startMs + 300 * stepMs
const minute = 60_000

/** `change` from the onset on, with a little noise; the same each time. */
function series(entity: string, metric: string, usual: number, after: number, unit = 's'): CaseSeries {
  const random = seededRandom(entity.length * 7 + metric.length)
  const count = 400
  return {
    ...{ id: `${entity} ${metric}`, entity, metric, unit, kind: 'GAUGE', labels: {} },
    timesMs: Float64Array.from({ length: count }, (_, at) => startMs + at * stepMs),
    values: Float64Array.from(
      { length: count },
      (_, at) => (startMs + at * stepMs < onsetMs ? usual : after) * (1 + 0.05 * (random.next() - 0.5)),
    ),
  }
}

/** front calls cart and pay; cart fails for its callers and says nothing itself, as it is only seen by them. */
const shop = (more: Partial<ExplainCase> = {}): ExplainCase => ({
  series: [
    series('service/front', 'http.server.request.duration:p95', 0.05, 0.4),
    series('service/front', 'http.server.request.error_ratio', 0.001, 0.3, '1'),
    series('service/pay', 'http.server.request.duration:p95', 0.03, 0.03),
    series('service/pay', 'http.server.request.error_ratio', 0.001, 0.001, '1'),
  ],
  edges: [
    ['service/front', 'service/cart'],
    ['service/front', 'service/pay'],
    ['service/cart', 'pod/cart-1'],
    ['service/pay', 'pod/pay-1'],
  ],
  placements: [
    ['pod/cart-1', 'node/n1'],
    ['pod/pay-1', 'node/n2'],
  ],
  ...{ detectedAtMs: onsetMs, startMs, endMs: startMs + 400 * stepMs },
  ...more,
})
const finding = (
  entity: string,
  rule: string,
  sinceMs = onsetMs,
  more: Partial<CaseFinding> = {},
): CaseFinding => ({
  ...{ entity, rule, severity: 'HIGH', title: `${rule} there.`, sinceMs, explainedBy: [], isNoticed: false },
  object: 'Pod shop/cart-1 of cluster east',
  ...more,
})
const change = (entity: string, atMs: number, more: Partial<CaseChange> = {}): CaseChange => ({
  ...{ entity, about: entity, share: 1, atMs, kind: 'ROLLOUT', source: 'cluster east' },
  summary: 'Deployment cart: image cart:1 → cart:2',
  ...more,
})
const probabilityOf = (result: ExplainResult, entity: string): number =>
  result.ranked.find((one) => one.entity === entity)?.probability ?? 0
const kindsOf = (result: ExplainResult): string[] =>
  result.ranked.flatMap(({ evidence }) => evidence.map(({ kind }) => kind))

describe('a finding', () => {
  test('that is a known failure names the cause first, and is cited with rule, object and time', () => {
    const before = explainCase(shop())
    expect(before.ranked[0]?.entity).not.toBe('service/cart')
    const { ranked, causalChain } = explainCase(
      shop({ findings: [finding('service/cart', 'pod-crash-loop')] }),
    )
    expect(ranked[0]).toMatchObject({ entity: 'service/cart', category: 'DOWN', confidence: 'HIGH' })
    expect(ranked[0]?.evidence[0]).toMatchObject({
      kind: 'KUBERNETES',
      atMs: onsetMs,
      entity: 'service/cart',
    })
    expect(ranked[0]?.sentence).toBe(
      'pod-crash-loop there (pod-crash-loop: Pod shop/cart-1 of cluster east, since 00:10:00 UTC).',
    )
    expect(causalChain.map(({ entity }) => entity)).toEqual(['service/cart', 'service/front'])
  })

  test.each([
    ['pod-oom-killed', 'MEMORY'],
    ['pod-image-pull', 'DEPLOY'],
    ['pvc-pending', 'DISK'],
    ['pod-unschedulable', 'DOWN'],
  ])('%s is trouble of kind %s', (rule, category) => {
    const { ranked } = explainCase(shop({ findings: [finding('service/cart', rule)] }))
    expect(ranked[0]).toMatchObject({ entity: 'service/cart', category })
  })

  test.each([
    ['memory', 'MEMORY'],
    ['room on its disks', 'DISK'],
  ])('of a node that is short of %s is trouble of kind %s', (what, category) => {
    const title = `Node n1 is short of ${what}; pods are evicted.`
    const { ranked } = explainCase({
      ...shop({ findings: [finding('node/n1', 'node-pressure', onsetMs, { title, isNoticed: true })] }),
      series: [series('service/front', 'http.server.request.duration:p95', 0.02, 0.02)],
    })
    expect(ranked[0]).toMatchObject({ entity: 'node/n1', category })
  })

  test('on a node explains the pods on it', () => {
    const { ranked, unknownProbability } = explainCase(
      shop({
        findings: [
          finding('node/n1', 'node-not-ready', onsetMs - 20_000, { object: 'Node n1 of cluster east' }),
          finding('service/cart', 'pod-not-ready', onsetMs, { explainedBy: ['node/n1'] }),
        ],
      }),
    )
    expect(ranked[0]).toMatchObject({ entity: 'node/n1', category: 'DOWN' })
    expect(ranked[0]?.probability).toBeGreaterThan(0.5)
    expect(unknownProbability).toBeLessThan(0.2)
  })

  test('that is as old as the hills, or at something that nobody in trouble needs, is no cause of what began now', () => {
    const usual = explainCase(shop())
    for (const findings of [
      [finding('service/cart', 'pod-crash-loop', onsetMs - 2 * 86_400_000)],
      [finding('service/other', 'pod-crash-loop')],
    ]) {
      const result = explainCase(shop({ findings }))
      expect(result.ranked[0]?.entity).toBe(usual.ranked[0]?.entity)
      expect(probabilityOf(result, findings[0]!.entity)).toBeLessThan(0.3)
    }
  })

  test('of little weight is told and blames nobody', () => {
    const low = finding('service/cart', 'pod-below-restricted', onsetMs, { severity: 'LOW' })
    const result = explainCase(shop({ findings: [low] }))
    expect(result.ranked.map(({ entity, probability }) => [entity, probability])).toEqual(
      explainCase(shop()).ranked.map(({ entity, probability }) => [entity, probability]),
    )
  })

  test('at what answers as usual blames it less, unless the incident is about it', () => {
    const calm = [series('service/cart', 'http.server.request.duration:p95', 0.02, 0.02)]
    const well = (isNoticed: boolean, others: readonly CaseSeries[]): ExplainResult =>
      explainCase({
        ...shop({ findings: [finding('service/cart', 'pod-crash-loop', onsetMs, { isNoticed })] }),
        series: others,
      })
    const suffering = [...shop().series, ...calm]
    expect(well(false, suffering).ranked[0]?.entity).toBe('service/front')
    expect(well(true, suffering).ranked[0]?.entity).toBe('service/front')
    expect(well(false, calm).unknownProbability).toBeGreaterThan(0.5)
    expect(well(true, calm).ranked[0]).toMatchObject({ entity: 'service/cart', category: 'DOWN' })
    expect(well(true, calm).unknownProbability).toBeLessThan(0.5)
  })

  describe('at a neighbour that nobody measures', () => {
    const calm = (...entities: string[]): CaseSeries[] =>
      entities.flatMap((entity) => [
        series(entity, 'http.server.request.duration:p95', 0.02, 0.02),
        series(entity, 'http.server.request.error_ratio', 0.001, 0.001, '1'),
      ])
    const noticed = (entity: string, rule: string, more: Partial<CaseFinding> = {}): CaseFinding =>
      finding(entity, rule, onsetMs, { isNoticed: true, ...more })
    const well = (findings: readonly CaseFinding[], more: Partial<ExplainCase> = {}): ExplainResult =>
      explainCase({ ...shop({ findings }), series: calm('service/front', 'service/cart'), ...more })

    test('is no more to blame than the one at what the incident is about: sharing a machine is no way from one to the other', () => {
      for (const rule of ['pod-image-pull', 'pod-crash-loop', 'pod-oom-killed']) {
        const { ranked } = well(
          [noticed('service/cart', 'pod-oom-killed'), finding('pod/canary-1', rule, onsetMs)],
          {
            placements: [
              ['pod/cart-1', 'node/n1'],
              ['pod/canary-1', 'node/n1'],
            ],
          },
        )
        expect(ranked[0]).toMatchObject({ entity: 'service/cart', category: 'MEMORY' })
        expect(ranked[0]!.probability).toBeGreaterThan(0.7)
      }
    })

    test('is to blame where what the incident is about runs on it', () => {
      const { ranked } = well([
        noticed('service/cart', 'pod-not-ready', { explainedBy: ['node/n1'] }),
        finding('node/n1', 'node-not-ready', onsetMs - 20_000),
      ])
      expect(ranked[0]).toMatchObject({ entity: 'node/n1', category: 'DOWN' })
    })

    test('is to blame where what the incident is about calls it, and shows less of its own', () => {
      const { ranked } = well(
        [noticed('service/cart', 'pod-not-ready'), finding('service/base', 'pod-crash-loop', onsetMs)],
        { edges: [...shop().edges, ['service/cart', 'service/base']] },
      )
      expect(ranked[0]).toMatchObject({ entity: 'service/base', category: 'DOWN' })
    })
  })

  test('counts most when it began as the trouble did', () => {
    const weights = [-2 * 60, -20, -4, 0, 1, 8, 30].map((min) =>
      freshness({ sinceMs: onsetMs + min * minute }, onsetMs),
    )
    expect(Math.max(...weights)).toBe(weights[3])
    expect(weights.slice(0, 4)).toEqual(weights.slice(0, 4).toSorted((a, b) => a - b))
    expect(weights.slice(3)).toEqual(weights.slice(3).toSorted((a, b) => b - a))
  })
})

describe('a change', () => {
  const slow = (more: Partial<ExplainCase> = {}): ExplainCase => {
    const base = shop(more)
    const own = series('service/cart', 'http.server.request.duration:p95', 0.02, 0.06)
    return { ...base, series: [...base.series, own] }
  }

  test('just before makes the changed entity the likelier cause, the nearer the more', () => {
    const shares = [25 * minute, 10 * minute, minute].map((before) =>
      probabilityOf(
        explainCase(slow({ recorded: [change('service/cart', onsetMs - before)] })),
        'service/cart',
      ),
    )
    const without = probabilityOf(explainCase(slow()), 'service/cart')
    expect([without, ...shares]).toEqual([without, ...shares].toSorted((a, b) => a - b))
    expect(shares[2]).toBeGreaterThan(without)
  })

  test('is cited with its source, its time and how long before', () => {
    const recorded = [
      change('service/cart', onsetMs - 2 * minute - 10_000, {
        about: 'workload/east/shop/Deployment/cart',
        actor: 'ci',
      }),
    ]
    const cart = explainCase(slow({ recorded })).ranked.find(({ entity }) => entity === 'service/cart')!
    expect(cart.category).toBe('DEPLOY')
    const cited = cart.evidence.find(({ kind }) => kind === 'CHANGE')!
    expect(cited).toMatchObject({ entity: 'workload/east/shop/Deployment/cart', atMs: recorded[0]!.atMs })
    expect(cited.sentence).toMatch(
      /^Deployment cart: image cart:1 → cart:2, at 00:07:50 UTC, 2 min \d+ s before the trouble began \(told by cluster east by ci\)\.$/,
    )
  })

  test('after the trouble began, or long before, or at something that is well, is no evidence', () => {
    const usual = explainCase(slow())
    for (const one of [
      change('service/cart', onsetMs + 5 * minute),
      change('service/cart', onsetMs - 45 * minute),
    ]) {
      const result = explainCase(slow({ recorded: [one] }))
      expect(kindsOf(result)).not.toContain('CHANGE')
      expect(result.ranked).toEqual(usual.ranked)
    }
    const elsewhere = explainCase(slow({ recorded: [change('service/pay', onsetMs - minute)] }))
    expect(elsewhere.ranked[0]?.entity).toBe(usual.ranked[0]?.entity)
    expect(probabilityOf(elsewhere, 'service/pay')).toBeLessThan(0.2)
  })

  test('that made pods crash is the category of what they show', () => {
    const { ranked } = explainCase(
      shop({
        findings: [finding('service/cart', 'pod-crash-loop', onsetMs - 10_000)],
        recorded: [change('service/cart', onsetMs - minute)],
      }),
    )
    expect(ranked[0]).toMatchObject({ entity: 'service/cart', category: 'DEPLOY' })
    expect(ranked[0]?.evidence.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['CHANGE', 'KUBERNETES']),
    )
  })
})

describe('on simulated systems', { timeout: 120_000 }, () => {
  const seeds = Array.from({ length: 15 }, (_, at) => at * 37 + 5)

  test('without findings and changes nothing is said of any, and nothing changes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.constantFrom(...simulatedFaults), (seed, fault) => {
        const { case: input } = simulateCase({ seed, fault })
        const plain = explainCase(input)
        expect(explainCase({ ...input, recorded: [], findings: [] })).toEqual(plain)
        expect(kindsOf(plain)).not.toContain('KUBERNETES')
      }),
      { numRuns: 15 },
    )
  })

  test('old findings and changes elsewhere do not mislead', () => {
    const runs = simulatedFaults.flatMap((fault) =>
      seeds.map((seed) => {
        const { case: input, truth } = simulateCase({ seed, fault })
        const names = [...new Set(input.edges.flat())].filter((name) => name !== truth).sort()
        const other = (at: number): string => names[(seed + at) % names.length]!
        const { ranked } = explainCase({
          ...input,
          findings: [
            finding(other(0), 'pod-crash-loop', input.detectedAtMs - 86_400_000),
            finding(other(1), 'pod-oom-killed', input.detectedAtMs - 4 * 3_600_000),
          ],
          recorded: [
            change(other(2), input.detectedAtMs - 12 * minute),
            change(other(3), input.detectedAtMs - 20 * minute, { kind: 'SCALE' }),
          ],
        })
        return ranked[0]?.entity === truth
      }),
    )
    expect(runs.filter(Boolean).length / runs.length).toBeGreaterThanOrEqual(0.88)
  })

  test('a finding at the entity at fault makes it first nearly always', () => {
    const runs = simulatedFaults.flatMap((fault) =>
      seeds.map((seed) => {
        const { case: input, truth } = simulateCase({ seed, fault, traces: false })
        const findings = [finding(truth!, 'pod-crash-loop', input.detectedAtMs)]
        return explainCase({ ...input, findings }).ranked[0]?.entity === truth
      }),
    )
    expect(runs.filter(Boolean).length / runs.length).toBeGreaterThanOrEqual(0.97)
  })
})
