import type { Prediction } from '@aiops/contract/model/forecast'
import type { Labels } from '@aiops/contract/model/label'
import { figureText } from '@aiops/contract/model/number-text'
import { probabilityText } from '@aiops/contract/model/probability'
import type { WatchConfig } from '../config.ts'
import { methodWords } from '../series-forecast.ts'

export type PredictionAlert = {
  /** The same for the same series of the same watch. */
  key: string
  labels: Labels
  severity: 'medium' | 'low' | 'info'
  message: string
  annotations: Record<string, string>
  query: string
  firing: boolean
  sinceMs: number
}

const nameCharsMax = 200

/** What people are told of a prediction: when, with what chance, by which method, and how often this watch was right. */
export function alertOf(
  watch: WatchConfig,
  series: string,
  prediction: Prediction,
  record: { hits: number; misses: number },
): PredictionAlert {
  const { earliest, middle, latest, probability, limit } = prediction
  const name = nameOf(prediction.labels)
  const chance = probabilityText(probability)
  const message = `${watch.name}: ${name} is expected to reach ${figureText(limit)} about ${short(middle)} (from ${short(earliest)}${latest === null ? ' on' : ` to ${short(latest)}`}), chance ${chance}; it is ${figureText(prediction.value)} now.`
  const { __name__: _, ...labels } = prediction.labels
  return {
    key: `${watch.name}/${series}`,
    labels: { ...labels, alertname: alertName(watch.name), watch: watch.name },
    severity: watch.severity.toLowerCase() as PredictionAlert['severity'],
    message,
    annotations: {
      ...{ summary: message, predicted_at: prediction.predicted_at, chance },
      band: `${earliest} to ${latest ?? 'later'}`,
      method: `${methodWords[prediction.method]}; error on its past ${figureText(prediction.backtest.error)}, by the naive way ${figureText(prediction.backtest.naive_error)}`,
      hit_rate: rateText(record),
      prediction: prediction.id,
    },
    ...{ query: watch.query, firing: true, sinceMs: Date.parse(prediction.predicted_at) },
  }
}

export const rateText = ({ hits, misses }: { hits: number; misses: number }): string =>
  hits + misses === 0 ? 'none of this watch has come due yet' : `right in ${hits} of ${hits + misses}`

const alertName = (watch: string): string =>
  `Predicted${watch
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')}`

function nameOf(labels: Labels): string {
  const { __name__: _, ...rest } = labels
  const text = Object.entries(rest)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ')
  return text === '' ? 'it' : text.slice(0, nameCharsMax)
}

const short = (time: string): string => `${time.slice(0, 16).replace('T', ' ')} UTC`
