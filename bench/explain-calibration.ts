import { parseArgs } from 'node:util'
import { explainCase } from '../server/src/pipeline/explain/index.ts'
import { defaultWeights, type Weights } from '../server/src/pipeline/explain/method/weights.ts'
import {
  cutBefore,
  type LabelledCase,
  placeOf,
  recordedCases,
  rounded,
  simulatedCases,
} from './explain-cases.ts'
import { cpuSeconds, machine } from './machine.ts'

/**
 * Whether the probability of the first cause means what it says, and whether nothing is blamed where nothing is wrong.
 *   node bench/explain-calibration.ts [--data ../shared/data/rca] [--cases 500] [--quiet 200] [--fit]
 * Reliability in 5 bins of equal width: what was said against how often it was right, and the mean distance weighted by cases.
 * `--fit` looks for the temperature and the unknown's score on simulated seeds that are not reported on, and reports with them too.
 */
const { values: asked } = parseArgs({
  options: {
    data: { type: 'string', default: '../shared/data/rca' },
    cases: { type: 'string', default: '500' },
    quiet: { type: 'string', default: '200' },
    fit: { type: 'boolean', default: false },
  },
})

/** Seeds: to fit on, to report on, quiet ones. */
const fitSeed = 100_000
const reportSeed = 200_000
const quietSeed = 300_000
const fitCases = 150

type Answer = { set: string; said: number; right: boolean; unknown: number }
type Chosen = Partial<Weights>

const before = machine()
const began = cpuSeconds()
const recorded = recordedCases(asked.data)
const faults = [
  ...recorded,
  ...recordedCases(asked.data, 60_000).map((one) => ({ ...one, set: `${one.set} 60 s late` })),
  ...simulatedCases(Number(asked.cases), reportSeed),
]
const quiet = [...recorded.map(cutBefore), ...simulatedCases(Number(asked.quiet), quietSeed, true)]
const report = (weights: Chosen) => {
  const answers = answersTo(faults, weights)
  const still = answersTo(quiet, weights)
  return {
    weights,
    faults: { cases: answers.length, ...reliability(answers), by_set: bySet(answers) },
    faults_and_quiet: { cases: answers.length + still.length, ...reliability([...answers, ...still]) },
    abstention: {
      cases: still.length,
      share: share(still, abstains),
      by_set: Object.fromEntries([...grouped(still)].map(([set, some]) => [set, share(some, abstains)])),
    },
  }
}
const { temperature, unknown } = defaultWeights
const shipped = report({ temperature, unknown })
const fitted = asked.fit ? report(chosen()) : undefined
process.stdout.write(
  `${JSON.stringify({ bench: 'explain-calibration', machine: before, shipped, fitted, cpu_seconds: rounded(cpuSeconds() - began, 1) }, null, 1)}\n`,
)

function answersTo(cases: readonly LabelledCase[], weights: Chosen): Answer[] {
  return cases.map(({ set, input, truth }) => {
    const result = explainCase(input, { weights })
    return {
      set,
      said: result.ranked[0]?.probability ?? 0,
      right: placeOf(result, truth) === 0,
      unknown: result.unknownProbability,
    }
  })
}

function reliability(answers: readonly Answer[]) {
  const bins = Array.from({ length: 5 }, (_, at) => {
    const some = answers.filter(({ said }) => Math.min(4, Math.floor(said * 5)) === at)
    const said = some.reduce((sum, one) => sum + one.said, 0) / some.length
    return { from: at / 5, cases: some.length, said, right: share(some, ({ right }) => right) }
  }).filter(({ cases }) => cases > 0)
  const error = bins.reduce((sum, { cases, said, right }) => sum + cases * Math.abs(said - right), 0)
  return {
    reliability_error: rounded(error / answers.length),
    bins: bins.map((bin) => ({ ...bin, said: rounded(bin.said), right: rounded(bin.right) })),
  }
}

/** Nothing wrong or nothing known: the unknown is likelier than any cause. */
function abstains({ said, unknown }: Answer): boolean {
  return said < unknown
}

function share(answers: readonly Answer[], holds: (answer: Answer) => boolean): number {
  return rounded(answers.filter(holds).length / answers.length)
}

function bySet(answers: readonly Answer[]) {
  return Object.fromEntries(
    [...grouped(answers)].map(([set, some]) => [
      set,
      {
        cases: some.length,
        said: rounded(some.reduce((sum, { said }) => sum + said, 0) / some.length),
        right: share(some, ({ right }) => right),
      },
    ]),
  )
}

function grouped(answers: readonly Answer[]): Map<string, Answer[]> {
  return Map.groupBy(answers, ({ set }) => set)
}

/** The pair under which what came true was the likeliest, where nothing is wrong the unknown. */
function chosen(): Chosen {
  const cases = [
    ...simulatedCases(fitCases, fitSeed),
    ...simulatedCases(fitCases / 3, fitSeed + fitCases, true),
  ]
  let best: { loss: number; weights: Chosen } | undefined
  for (const temperature of [0.3, 0.45, 0.6, 0.8]) {
    for (const unknown of [0.9, 1.1, 1.3, 1.5]) {
      const weights = { temperature, unknown }
      const loss = cases.reduce((sum, one) => sum + lossOf(one, weights), 0)
      if (!best || loss < best.loss) best = { loss, weights }
    }
  }
  return best!.weights
}

function lossOf({ input, truth }: LabelledCase, weights: Chosen): number {
  const result = explainCase(input, { weights })
  const given =
    truth.length === 0 ? result.unknownProbability : (result.ranked[placeOf(result, truth)]?.probability ?? 0)
  return -Math.log(Math.max(1e-3, given))
}
