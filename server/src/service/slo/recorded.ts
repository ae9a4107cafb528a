import { createHash } from 'node:crypto'
import type { Labels } from '@aiops/contract/model/label'
import type { Slo } from '@aiops/contract/model/slo'
import { budgetRatioOf, hourMs, minuteMs } from './burn-policy.ts'
import type { SeriesValues, SloSample } from './index.ts'
import { selectorText } from './selector-text.ts'
import type { Slot, SlotBook } from './slot-book.ts'

/**
 * What is recorded of an objective. Its minutes and hours are what it is read from again after a restart: `sli` stands for the indicator,
 * so that another one begins anew. All else is for dashboards, by the names of Sloth.
 */
export const recordedNames = {
  totalMinute: 'slo:sli_total:increase1m',
  badMinute: 'slo:sli_bad:increase1m',
  totalHour: 'slo:sli_total:increase1h',
  badHour: 'slo:sli_bad:increase1h',
  left: 'slo:period_error_budget_remaining:ratio',
} as const

export const sliOf = ({ indicator }: Pick<Slo, 'indicator'>): string =>
  createHash('sha256').update(JSON.stringify(indicator)).digest('hex').slice(0, 12)

export const labelsOf = ({ id, name, service }: Slo): Labels => ({
  ...{ slo: name, slo_id: id },
  ...(service === '' ? {} : { service }),
})

/** Minutes that closed after `beforeMs`, and hours that ended with them. */
export function slotSamples(
  slo: Slo,
  { slots, beforeMs, book }: { slots: readonly Slot[]; beforeMs: number; book: Pick<SlotBook, 'hour'> },
): SloSample[] {
  const labels = { ...labelsOf(slo), sli: sliOf(slo) }
  const pair = (names: readonly [string, string], timeMs: number, values: readonly [number, number]) =>
    names.map(
      (name, i): SloSample => ({ labels: { ...labels, __name__: name }, timeMs, value: values[i] as number }),
    )
  const { totalMinute, badMinute, totalHour, badHour } = recordedNames
  const hourPair = (endMs: number): SloSample[] => {
    const { total, bad } = book.hour(endMs)
    return pair([totalHour, badHour], endMs, [total, bad])
  }
  let lastMs = beforeMs
  return slots.flatMap(({ endMs, total, bad }) => {
    const hourEndMs = Math.ceil(lastMs / hourMs) * hourMs
    const hasEnded = Number.isFinite(lastMs) && lastMs < hourEndMs && hourEndMs <= endMs
    lastMs = endMs
    return [...pair([totalMinute, badMinute], endMs, [total, bad]), ...(hasEnded ? hourPair(hourEndMs) : [])]
  })
}

/** How an objective stands at a moment, for dashboards. */
export function statusSamples(
  slo: Slo,
  timeMs: number,
  stand: {
    windows: readonly { window: string; errorRatio: number | null }[]
    leftRatio: number | null
    burnRate: number | null
    periodBurnRate: number | null
    days: number
  },
): SloSample[] {
  const labels = labelsOf(slo)
  const sample = (name: string, value: number | null): SloSample[] =>
    value === null ? [] : [{ labels: { ...labels, __name__: name }, timeMs, value }]
  return [
    ...stand.windows.flatMap(({ window, errorRatio }) =>
      sample(`slo:sli_error:ratio_rate${window}`, errorRatio),
    ),
    ...sample('slo:objective:ratio', 1 - budgetRatioOf(slo)),
    ...sample('slo:error_budget:ratio', budgetRatioOf(slo)),
    ...sample('slo:time_period:days', stand.days),
    ...sample('slo:current_burn_rate:ratio', stand.burnRate),
    ...sample('slo:period_burn_rate:ratio', stand.periodBurnRate),
    ...sample(recordedNames.left, stand.leftRatio),
  ]
}

type StepQuery = (text: string, startMs: number, endMs: number, stepMs: number) => Promise<SeriesValues[]>

/** Steps asked for at once. */
const stepsMax = 5_000

/** Reads a book again: hours from before `minutesFromMs`, minutes from then on. True where there was anything. */
export async function readAgain(
  slo: Slo,
  book: SlotBook,
  range: { startMs: number; minutesFromMs: number; endMs: number },
  query: StepQuery,
): Promise<boolean> {
  const minutesFromMs = Math.ceil(range.minutesFromMs / hourMs) * hourMs
  const hours = await pairs(slo, query, {
    ...{ names: [recordedNames.totalHour, recordedNames.badHour], stepMs: hourMs },
    ...{ startMs: Math.ceil(range.startMs / hourMs) * hourMs + hourMs, endMs: minutesFromMs },
  })
  // How much of an old hour was known is not kept: a whole one counts as known.
  for (const { endMs, total, bad } of hours) book.closeHour(endMs, { total, bad, knownMs: hourMs })
  const minutes = await pairs(slo, query, {
    ...{ names: [recordedNames.totalMinute, recordedNames.badMinute], stepMs: minuteMs },
    ...{ startMs: minutesFromMs + minuteMs, endMs: range.endMs },
  })
  for (const slot of minutes) book.close(slot)
  return hours.length + minutes.length > 0
}

async function pairs(
  slo: Slo,
  query: StepQuery,
  {
    names: [totalName, badName],
    stepMs,
    startMs,
    endMs,
  }: { names: readonly [string, string]; stepMs: number; startMs: number; endMs: number },
): Promise<Slot[]> {
  const slots: Slot[] = []
  const own = [
    { name: 'slo_id', op: '=', value: slo.id },
    { name: 'sli', op: '=', value: sliOf(slo) },
  ] as const
  const wide = stepMs === hourMs ? '1h' : '1m'
  const read = async (name: string, fromMs: number, toMs: number): Promise<Map<number, number>> => {
    const text = `max(last_over_time(${selectorText(name, own)}[${wide}]))`
    const [found] = await query(text, fromMs, toMs, stepMs)
    return new Map(Array.from(found?.timesMs ?? [], (timeMs, i) => [timeMs, found?.values[i] ?? 0]))
  }
  for (let fromMs = startMs; fromMs <= endMs; fromMs += stepsMax * stepMs) {
    const toMs = Math.min(endMs, fromMs + (stepsMax - 1) * stepMs)
    const totals = await read(totalName, fromMs, toMs)
    if (totals.size === 0) continue
    const bads = await read(badName, fromMs, toMs)
    for (const [at, total] of totals) slots.push({ endMs: at, total, bad: bads.get(at) ?? 0 })
  }
  return slots
}
