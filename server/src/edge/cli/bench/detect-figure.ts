import type { Latency, Reliability, Throughput } from '../../../pipeline/detect/index.ts'
import type { scoreCulprits } from './culprit.ts'
import { atLeast, atMost, type Figure, stated } from './figure.ts'
import type { scoreLogs } from './logs.ts'
import type { NabJudged, NabTable } from './nab.ts'
import type { scoreServers } from './servers.ts'

export type Measured = {
  /** Sentences about what could not be measured. */
  missing: string[]
  nab?: { best: NabTable; shipped: NabTable; told: NabTable; files: NabJudged[] }
  servers?: ReturnType<typeof scoreServers> & { culprit: ReturnType<typeof scoreCulprits> }
  logs?: ReturnType<typeof scoreLogs>
  reliability?: Reliability
  basic?: Throughput
  mix?: Throughput
  /** What the engine holds, or by how much the process grew where that is more. */
  mixBytes?: number
  latency?: Latency
}

export function figuresOf(measured: Measured): Figure[] {
  return [
    ...nabFigures(measured),
    ...serverFigures(measured),
    ...logFigures(measured),
    ...confidenceFigures(measured),
    ...costFigures(measured),
  ]
}

function nabFigures({ nab }: Measured): Figure[] {
  if (!nab) return []
  const { best, shipped, told, files } = nab
  const days = files.reduce((sum, { daysAll }) => sum + daysAll, 0)
  const falseTold = files.reduce((sum, { falseTold: own }) => sum + own, 0)
  const falseShipped = shipped.standard.falseEpisodes / shipped.standard.days
  const { standard, low_fp, low_fn } = best
  return [
    atLeast('NAB standard, best threshold', standard.score, 80, 'ARTime 78.6', 1),
    atLeast('NAB low-FP, best threshold', low_fp.score, 72, 'ARTime 70.4', 1),
    atLeast('NAB low-FN, best threshold', low_fn.score, 86, 'ARTime 84.2', 1),
    atLeast(
      'NAB standard, shipped threshold',
      shipped.standard.score,
      70,
      'Numenta 71.2, threshold tuned',
      1,
    ),
    stated('NAB low-FP, shipped threshold', shipped.low_fp.score, 1),
    stated('NAB low-FN, shipped threshold', shipped.low_fn.score, 1),
    stated('NAB standard, anomalies told', told.standard.score, 1),
    atMost('false episodes a series-day, shipped threshold', falseShipped, 0.05, 'CAD OSE .062', 3),
    atMost('false anomalies told a series-day', falseTold / days, 0.05, 'CAD OSE .062', 3),
  ]
}

function serverFigures({ servers }: Measured): Figure[] {
  if (!servers) return []
  const { event_f1, composite_f1, culprit } = servers
  return [
    atLeast('several metrics: event F1', event_f1, 0.65, 'CNN .65, threshold by oracle', 3),
    stated('several metrics: F1 of events and rows', composite_f1, 3),
    atLeast('culprit among top 3, planted faults', culprit.top3, 0.8, '–', 3),
    stated('culprit first, planted faults', culprit.top1, 3),
    stated('planted faults told', culprit.told, 3),
  ]
}

function logFigures({ logs }: Measured): Figure[] {
  if (!logs) return []
  return [
    atLeast('log grouping GA', logs.ga, 0.93, 'Drain generic about .80, Brain tuned .98', 3),
    atLeast('log grouping FGA', logs.fga, 0.85, 'Drain generic about .74', 3),
  ]
}

function confidenceFigures({ reliability }: Measured): Figure[] {
  if (!reliability) return []
  return [
    atMost(`confidence: reliability error, ${reliability.planted} planted`, reliability.error, 0.08, '–', 3),
  ]
}

function costFigures({ basic, mix, mixBytes, latency }: Measured): Figure[] {
  const figures: Figure[] = []
  if (basic) {
    const millions = basic.points_per_cpu_second / 1e6
    figures.push(
      atLeast('basic tier: M points a CPU-second', millions, 5, 'Netdata about .2–.5', 2),
      atMost('basic tier: bytes a series', basic.bytes_per_series, 300, 'Netdata 18 KB', 0),
    )
  }
  if (mix) figures.push(atMost('100,000 series at 10 s: cores', mix.cores, 1, '–', 3))
  if (mixBytes !== undefined)
    figures.push(atMost('100,000 series at 10 s: MB', mixBytes / 1e6, 1_000, '–', 0))
  if (latency)
    figures.push(
      atMost('batch to answer of the detector thread, p99 ms', latency.p99_ms, 5, 'design: 100 ms', 2),
    )
  return figures
}
