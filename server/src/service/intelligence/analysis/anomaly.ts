import { createHash } from 'node:crypto'
import type { Api } from '@aiops/contract/api/index'
import type { HandlerInput, OperationOutput } from '@aiops/contract/api/operation'
import type { Client } from '@aiops/contract/client'
import type { AnomalyDetection } from '@aiops/contract/model/analysis'
import { entityOf } from '@aiops/contract/model/entity'
import type { MetricResult, MetricSeries } from '@aiops/contract/model/query'
import { durationMs } from '@aiops/contract/model/time'
import { type Clock, isoTime } from '../../../kernel/clock.ts'
import { Fault } from '../../../kernel/fault.ts'
import { seededRandom } from '../../../kernel/random.ts'
import { Turn } from '../../../kernel/turn.ts'
import { measured, momentText, rounded } from '../answer/words.ts'
import { type Episode, episodesOf, type Points, pointsMin } from './episode.ts'

const lookbackMs = 86_400_000
/** Points of a series, about. */
const pointsWanted = 1_000
const seriesMax = 500
const anomaliesMax = 500
/** The forest's cuts are the same for the same question. */
const forestSeed = 20_080

type Asked = HandlerInput<Api['analyzeAnomaly']>['body']
type Analysis = OperationOutput<Api['analyzeAnomaly']>

/** Anomalies in what a query answers over a range. A model, where one was asked for, explains what was found here; it finds nothing. */
export async function analyzeAnomaly(client: Client, asked: Asked, clock: Clock): Promise<Analysis> {
  const { startMs, endMs } = rangeOf(asked, clock.now())
  const stepSeconds = Math.max(15, Math.ceil((endMs - startMs) / pointsWanted / 1_000))
  const answer = await client.queryMetricsRange({
    body: {
      ...{ query: asked.metric_query, cluster_ids: asked.cluster_ids, step: `${stepSeconds}s` },
      ...{ start_time: isoTime(startMs), end_time: isoTime(endMs) },
    },
  })
  const notAnalyzed = answer.missing.map(({ cluster_name, reason }) => `${cluster_name}: ${reason}`)
  const all = answer.results.flatMap((result) => result.data.map((series) => ({ result, series })))
  if (all.length > seriesMax)
    notAnalyzed.push(`${all.length - seriesMax} series beyond ${seriesMax}: narrow the query`)
  const turn = new Turn(clock)
  const anomalies: AnomalyDetection[] = []
  let analyzed = 0
  for (const { result, series } of all.slice(0, seriesMax)) {
    const points = pointsOf(series)
    if (points.length < pointsMin) {
      notAnalyzed.push(`${nameOf(series)}: ${points.length} points, ${pointsMin} are needed`)
      continue
    }
    analyzed += 1
    const method = asked.detection_method === 'ML_BASED' ? 'ML_BASED' : 'STATISTICAL'
    for (const episode of episodesOf(points, method, asked.sensitivity, seededRandom(forestSeed)))
      anomalies.push(detectionOf(result, series, episode, asked, clock.now()))
    if (turn.due()) await turn.give()
  }
  const kept = anomalies
    .sort((a, b) => b.confidence_score - a.confidence_score || b.started_at.localeCompare(a.started_at))
    .slice(0, anomaliesMax)
  await relateAlerts(client, kept)
  return {
    anomalies: kept,
    summary: {
      total_anomalies: anomalies.length,
      by_severity: Object.fromEntries(
        Map.groupBy(anomalies, ({ severity }) => severity)
          .entries()
          .map(([severity, those]) => [severity, those.length]),
      ),
      time_range_analyzed: { start: isoTime(startMs), end: isoTime(endMs) },
      ...{ series_analyzed: analyzed, not_analyzed: notAnalyzed.slice(0, 100) },
    },
  }
}

const rangeMaxMs = 366 * 86_400_000

function rangeOf({ time_range: { start, end, duration } }: Asked, nowMs: number) {
  const endMs = end === undefined ? nowMs : Date.parse(end)
  const span = duration === undefined ? lookbackMs : durationMs(duration)
  const startMs = start === undefined ? endMs - span : Date.parse(start)
  if (startMs >= endMs) throw new Fault('VALIDATION_FAILED', 'time_range: the end must come after the start.')
  if (!(endMs - startMs <= rangeMaxMs)) throw new Fault('VALIDATION_FAILED', 'time_range: a year at most.')
  return { startMs, endMs }
}

const pointsOf = ({ values }: MetricSeries): Points =>
  values
    .map(([seconds, text]) => [seconds * 1_000, Number(text)] as const)
    .filter(([, value]) => Number.isFinite(value))

const nameOf = ({ metric }: MetricSeries): string => {
  const { __name__: name = 'value', ...labels } = metric
  const text = Object.entries(labels)
    .map(([label, value]) => `${label}="${value}"`)
    .join(', ')
  return `${name}{${text}}`
}

function detectionOf(
  { cluster_id }: MetricResult,
  series: MetricSeries,
  episode: Episode,
  { detection_method, metric_query }: Asked,
  nowMs: number,
): AnomalyDetection {
  const { __name__: name = metric_query, ...labels } = series.metric
  const { expected, actual, startMs, endMs } = episode
  const id = createHash('sha256')
    .update(JSON.stringify([cluster_id, series.metric, metric_query, startMs]))
    .digest('hex')
  return {
    ...{ id: id.slice(0, 32), cluster_id, metric_name: name, labels, detection_type: detection_method },
    ...{ severity: episode.severity, confidence_score: episode.confidence_score },
    ...{ anomaly_type: episode.anomaly_type, expected_value: expected, actual_value: actual },
    deviation_percent: expected === 0 ? null : ((actual - expected) / Math.abs(expected)) * 100,
    explanation: sentenceOf(name, episode, nowMs),
    ...{ started_at: isoTime(startMs), ended_at: isoTime(endMs), detected_at: isoTime(nowMs) },
    related_alerts: [],
  }
}

const sentenceOf = (
  name: string,
  { startMs, endMs, actual, expected, score }: Episode,
  nowMs: number,
): string =>
  `${name} reached ${measured(actual, null)} where ${measured(expected, null)} is usual, ${rounded(Math.abs(score))} standard deviations away, from ${momentText(startMs, nowMs)}, to ${momentText(endMs, nowMs)}.`

/** Alerts on the same entity that began while the anomaly lasted or within five minutes of it. */
async function relateAlerts(client: Client, anomalies: readonly AnomalyDetection[]): Promise<void> {
  if (anomalies.length === 0) return
  const { alerts } = await client.listAlerts({ query: { limit: 1_000 } })
  for (const anomaly of anomalies) {
    const entity = entityOf(anomaly.labels)
    if (!entity) continue
    const from = Date.parse(anomaly.started_at) - 300_000
    const to = Date.parse(anomaly.ended_at) + 300_000
    anomaly.related_alerts = alerts
      .filter(
        (alert) =>
          alert.entity === entity && from <= Date.parse(alert.starts_at) && Date.parse(alert.starts_at) <= to,
      )
      .map(({ fingerprint }) => fingerprint)
      .slice(0, 20)
  }
}
