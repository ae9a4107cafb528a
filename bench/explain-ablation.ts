import { type ExplainCase, explainCase } from '../server/src/pipeline/explain/index.ts'
import { meaningOf, type Role } from '../server/src/pipeline/explain/method/meaning.ts'
import { defaultWeights, type Weights } from '../server/src/pipeline/explain/method/posterior.ts'
import { type LabelledCase, placeOf, recordedCases, rounded, simulatedCases } from './explain-cases.ts'

/** Seeds that nothing was chosen on, and cases of all kinds of simulated system together. */
const seed = 400_000
const simulatedCount = 160

/** What makes up the score, and nothing else: the unknown and the temperature change no order. */
const parts = [
  'further',
  'coverage',
  'atSymptom',
  'path',
  'otherKind',
  'tooSmall',
  'mass',
  'late',
] as const satisfies readonly (keyof Weights)[]

type Line = Record<string, { 'AC@1': number; 'Avg@5': number }>
type Ablation = { whole: Line; without_part: Record<string, Line>; without_input: Record<string, Line> }

/** What each part of the score is worth: the figures of every set without it. */
export function ablation(data: string, lateMs: number): Ablation {
  const cases = [
    ...recordedCases(data),
    ...recordedCases(data, lateMs).map((one) => ({ ...one, set: `${one.set} late` })),
    ...simulatedCases(simulatedCount, seed),
  ]
  return {
    whole: lineOf(cases, {}),
    without_part: Object.fromEntries(parts.map((part) => [part, lineOf(cases, { [part]: 0 })])),
    without_input: Object.fromEntries(
      Object.entries(inputs).map(([name, take]) => [
        name,
        lineOf(
          cases.map((one) => ({ ...one, input: take(one.input) })),
          {},
        ),
      ]),
    ),
  }
}

function lineOf(cases: readonly LabelledCase[], weights: Partial<Weights>): Line {
  const places = cases.map(({ set, input, truth }) => {
    const at = placeOf(explainCase(input, { weights: { ...defaultWeights, ...weights } }), truth)
    return { set, at: at < 0 ? Number.POSITIVE_INFINITY : at }
  })
  return Object.fromEntries(
    [...Map.groupBy(places, ({ set }) => set)].map(([set, some]) => {
      const within = (most: number) => some.filter(({ at }) => at < most).length / some.length
      const mean = [1, 2, 3, 4, 5].reduce((sum, most) => sum + within(most) / 5, 0)
      return [set, { 'AC@1': rounded(within(1)), 'Avg@5': rounded(mean) }]
    }),
  )
}

const without =
  (...roles: readonly Role[]) =>
  (input: ExplainCase): ExplainCase => ({
    ...input,
    series: input.series.filter(
      ({ metric, unit, labels, peer }) =>
        !roles.includes(meaningOf(metric, unit, labels ?? {}, peer?.is === 'CALLEE').role),
    ),
  })

const inputs: Record<string, (input: ExplainCase) => ExplainCase> = {
  'call graph': (input) => ({ ...input, edges: [] }),
  symptom: (input) => ({ ...input, symptoms: [] }),
  'measured at callers': (input) => ({ ...input, series: input.series.filter(({ peer }) => !peer) }),
  latency: without('LATENCY'),
  errors: without('ERRORS'),
  traffic: without('TRAFFIC'),
  'processor and memory': without('CPU', 'MEMORY'),
  'pools, disk and network': without('POOL', 'DISK', 'NETWORK'),
  'what no word tells of': without('OTHER'),
}
