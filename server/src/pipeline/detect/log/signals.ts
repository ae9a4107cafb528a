import type { Clock } from '../../../kernel/clock.ts'
import type { Log } from '../../../kernel/log.ts'
import type { Metrics } from '../../../kernel/metric.ts'
import type { Random } from '../../../kernel/random.ts'
import type { ChangeRepository } from '../../../port/change-repository.ts'
import type { EventBus } from '../../../port/event-bus.ts'
import type { MetricStore } from '../../../port/metric-store.ts'
import type { AnomalyRepository } from '../../../port/record-store.ts'
import { AnomalyWriter } from '../anomaly-writer.ts'
import { FindingBook } from './finding-book.ts'
import { MadeSeriesBook } from './made-series.ts'
import { Remarks } from './remark.ts'

export type SignalDeps = {
  bus: EventBus
  metricStore: Pick<MetricStore, 'append' | 'catalog'>
  anomalies: Pick<AnomalyRepository, 'save' | 'get' | 'active'>
  changes: Pick<ChangeRepository, 'list'>
  clock: Clock
  random: Random
  metrics: Metrics
  log: Log
}

/** What a watch of logs or spans tells through: series that it makes, and anomalies. */
export function openSignals(deps: SignalDeps): {
  made: MadeSeriesBook
  findings: FindingBook
  remarks: Remarks
} {
  const { metricStore, bus, metrics, clock, random } = deps
  const dropped = metrics.counter(
    'aiops_detection_signal_points_dropped_total',
    'Points made of logs and spans that did not get through.',
    ['reason'],
  )
  const failures = metrics.counter(
    'aiops_detection_failures_total',
    'Anomalies that could not be recorded, and detector threads that died.',
  )
  const made = new MadeSeriesBook(metricStore, bus, (reason, count) => dropped.inc({ reason }, count))
  const remarks = new Remarks(deps.changes)
  const findings = new FindingBook({
    writer: new AnomalyWriter(deps, failures),
    clock,
    random,
    seriesRef: ({ tenant, series }) => made.refOf(tenant, series.labels, series.unit),
    remark: (finding) => remarks.of(finding),
  })
  return { made, findings, remarks }
}
