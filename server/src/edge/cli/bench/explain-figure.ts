import { type Answer, abstention, accuracyAt, averageAt5, bothWithin, reliability } from './cause-score.ts'
import type { Figure } from './figure.ts'

export type MeasuredCauses = {
  /** By set: as noticed, and 60 s later. */
  recorded: ReadonlyMap<string, Answer[]>
  late: ReadonlyMap<string, Answer[]>
  simulated: readonly Answer[]
  pairs: readonly Answer[]
  quietRecorded: readonly Answer[]
  quietSimulated: readonly Answer[]
  /** CPU seconds of one explanation, by size. */
  seconds: readonly { size: string; median: number; most: number }[]
}

/** What the public sets should reach, and what others do there. */
const wanted: Readonly<Record<string, { first: number; three: number; reference: string }>> = {
  petshop: { first: 0.85, three: 0.95, reference: 'call-graph traversal .80 / .90' },
  'nezha-ob': { first: 0.65, three: 0.85, reference: 'NSigma .55 / .68, metrics only' },
  'nezha-tt': { first: 0.25, three: 0.4, reference: 'NSigma .06 / .11, metrics only, no call graph' },
}
const wantedAverage: Readonly<Record<string, { onTime: number; late: number; reference: [string, string] }>> =
  {
    sockshop1: { onTime: 0.98, late: 0.97, reference: ['BARO .98', 'BARO .96'] },
  }

export function causeFigures(measured: MeasuredCauses): Figure[] {
  const figures: Figure[] = []
  for (const [set, answers] of measured.recorded) {
    const late = measured.late.get(set) ?? []
    const { [set]: average } = wantedAverage
    if (average) {
      figures.push(
        least(`${set} Avg@5`, averageAt5(answers), average.onTime, average.reference[0]),
        least(`${set} Avg@5, noticed 60 s late`, averageAt5(late), average.late, average.reference[1]),
      )
      continue
    }
    const { [set]: goal } = wanted
    figures.push(
      least(`${set} AC@1`, accuracyAt(answers, 1), goal?.first, goal?.reference),
      least(`${set} AC@3`, accuracyAt(answers, 3), goal?.three, goal?.reference),
      least(`${set} AC@1, noticed 60 s late`, accuracyAt(late, 1)),
    )
  }
  return [...figures, ...sureness(measured), ...cost(measured)]
}

function sureness({ recorded, late, simulated, pairs, quietRecorded, quietSimulated }: MeasuredCauses) {
  const taken = [...[...recorded.values()].flat(), ...[...late.values()].flat()]
  const faults = [...taken, ...simulated]
  const quiet = [...quietRecorded, ...quietSimulated]
  const figures: Figure[] = [
    least(`simulated pairs, both in top 3 (${pairs.length})`, bothWithin(pairs, 3), 0.8),
    least(`simulated faults, AC@1 (${simulated.length})`, accuracyAt(simulated, 1)),
    most(
      `error of the first cause's probability, 5 bins (${faults.length})`,
      reliability(faults).error,
      0.08,
    ),
    least(`abstains where nothing is wrong (${quiet.length})`, abstention(quiet), 0.9),
  ]
  if (taken.length > 0)
    figures.push(
      most(`the same error, recorded cases alone (${taken.length})`, reliability(taken).error),
      least(`abstains, recorded windows alone (${quietRecorded.length})`, abstention(quietRecorded)),
    )
  return figures
}

const secondsMost: Readonly<Record<string, { limit: number; reference: string }>> = {
  '46 × 741': { limit: 0.5, reference: 'BARO .01, CIRCA 3,792, CausalRCA 1,326' },
  '500 × 10,000': { limit: 10, reference: '–' },
}

const cost = ({ seconds }: MeasuredCauses): Figure[] =>
  seconds.map(({ size, median }) =>
    most(`CPU seconds a case, ${size}`, median, secondsMost[size]?.limit, secondsMost[size]?.reference, 2),
  )

const least = (measure: string, value: number, atLeast?: number, reference = '–', digits = 3): Figure => ({
  ...{ measure, value, shown: value.toFixed(digits), reference },
  ...(atLeast === undefined ? {} : { atLeast, reach: `≥ ${atLeast}` }),
})
const most = (measure: string, value: number, atMost?: number, reference = '–', digits = 3): Figure => ({
  ...{ measure, value, shown: value.toFixed(digits), reference },
  ...(atMost === undefined ? {} : { atMost, reach: `≤ ${atMost}` }),
})
