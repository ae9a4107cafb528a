import { type ExplainCase, explainCase } from '../server/src/pipeline/explain/index.ts'
import { meaningOf, type Role } from '../server/src/pipeline/explain/method/meaning.ts'
import { defaultWeights, type Weights } from '../server/src/pipeline/explain/method/weights.ts'
import {
  cutBefore,
  type LabelledCase,
  placeOf,
  recordedCases,
  rounded,
  simulatedCases,
  simulatedPairs,
} from './explain-cases.ts'

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

type Line = Record<string, { 'AC@1': number; 'AC@3': number; 'Avg@5': number }>
type Sureness = {
  reliability_error: number
  abstains: number
  pairs_both_in_3: number
  told_as_several: { singles: number; pairs: number }
}
type Ablation = {
  whole: Line
  without_part: Record<string, Line>
  without_input: Record<string, Line>
  sureness: Record<string, Sureness>
}

/** What each part of the score is worth: the figures of every set without it. */
export function ablation(data: string, lateMs: number): Ablation {
  const cases = [
    ...recordedCases(data),
    ...recordedCases(data, lateMs).map((one) => ({ ...one, set: `${one.set} late` })),
    ...simulatedCases(simulatedCount, seed),
  ]
  return {
    whole: lineOf(cases, {}),
    sureness: surenessOf(data),
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
      return [set, { 'AC@1': rounded(within(1)), 'AC@3': rounded(within(3)), 'Avg@5': rounded(mean) }]
    }),
  )
}

/** Parts that change no order of a single fault, only how sure it is told and whether several are. */
const sure: Record<string, Partial<Weights>> = {
  whole: {},
  'what healthy windows are blamed for': { unknownPerNoise: 0, temperaturePerNoise: 0 },
  'of that, less sure': { temperaturePerNoise: 0 },
  'several causes at once': { several: 1_000 },
}

function surenessOf(data: string): Record<string, Sureness> {
  const recorded = recordedCases(data)
  const singles = [...recorded, ...simulatedCases(simulatedCount, seed)]
  const pairs = simulatedPairs(simulatedCount, 2 * seed)
  const quiet = [...recorded.map(cutBefore), ...simulatedCases(simulatedCount / 2, 3 * seed, true)]
  return Object.fromEntries(
    Object.entries(sure).map(([name, weights]) => {
      const answers = singles.map(({ input, truth }) => {
        const result = explainCase(input, { weights })
        return { result, said: result.ranked[0]?.probability ?? 0, right: placeOf(result, truth) === 0 }
      })
      const still = quiet.map(({ input }) => explainCase(input, { weights }))
      const both = pairs.map(({ input, truth }) => ({ truth, result: explainCase(input, { weights }) }))
      return [
        name,
        {
          reliability_error: rounded(errorOf(answers)),
          abstains: shareOf(
            still,
            ({ ranked, unknownProbability }) => (ranked[0]?.probability ?? 0) < unknownProbability,
          ),
          pairs_both_in_3: shareOf(both, ({ truth, result }) =>
            truth.every((one) =>
              result.ranked.slice(0, 3).some(({ entity }) => entity.toLowerCase() === one.toLowerCase()),
            ),
          ),
          told_as_several: {
            singles: shareOf(answers, ({ result }) => result.severalProbability > 0.5),
            pairs: shareOf(both, ({ result }) => result.severalProbability > 0.5),
          },
        },
      ]
    }),
  )
}

function errorOf(answers: readonly { said: number; right: boolean }[]): number {
  const bins = Map.groupBy(answers, ({ said }) => Math.min(4, Math.floor(said * 5)))
  const off = [...bins.values()].map((some) =>
    Math.abs(some.reduce((sum, { said, right }) => sum + said - Number(right), 0)),
  )
  return off.reduce((sum, one) => sum + one, 0) / answers.length
}

const shareOf = <T>(all: readonly T[], holds: (one: T) => boolean): number =>
  rounded(all.filter(holds).length / all.length)

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
  'waiting for whom is not told': (input) => ({
    ...input,
    series: input.series.filter(
      ({ metric, unit, labels, peer }) =>
        peer || meaningOf(metric, unit, labels ?? {}, false).scope !== 'CLIENT',
    ),
  }),
  latency: without('LATENCY'),
  errors: without('ERRORS'),
  traffic: without('TRAFFIC'),
  'processor and memory': without('CPU', 'MEMORY'),
  'pools, disk and network': without('POOL', 'DISK', 'NETWORK'),
  'what no word tells of': without('OTHER'),
}
