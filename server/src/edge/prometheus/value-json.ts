import { apiNumber } from '../../kernel/go-number.ts'
import type { Turn } from '../../kernel/turn.ts'
import type { NativeHistogram } from '../../port/metric-store.ts'
import {
  histogramJson,
  type MatrixPoints,
  type QueryValue,
  type VectorSample,
} from '../../service/telemetry/index.ts'

/** A query's value as Prometheus writes it (`web/api/v1/json_codec.go`); `turn` is given between series. */
export async function valueJson(value: QueryValue, turn: Turn): Promise<string> {
  if (value.type === 'scalar') return result('scalar', pair(value.timeMs, value.value))
  if (value.type === 'string')
    return result('string', `[${seconds(value.timeMs)},${JSON.stringify(value.value)}]`)
  const parts: string[] = []
  if (value.type === 'vector')
    for (const sample of value.samples) {
      parts.push(vectorItem(sample))
      if (turn.due()) await turn.give()
    }
  else
    for (const series of value.series) {
      parts.push(matrixItem(series))
      if (turn.due()) await turn.give()
    }
  return result(value.type, `[${parts.join(',')}]`)
}

const result = (type: QueryValue['type'], json: string): string => `"resultType":"${type}","result":${json}`

function vectorItem({ labels, timeMs, value, histogram }: VectorSample): string {
  const metric = `{"metric":${JSON.stringify(labels)},`
  return histogram
    ? `${metric}"histogram":${histogramPair(timeMs, histogram)}}`
    : `${metric}"value":${pair(timeMs, value)}}`
}

function matrixItem({ labels, timesMs, values, histograms }: MatrixPoints): string {
  const fields = [`"metric":${JSON.stringify(labels)}`]
  if (timesMs.length > 0)
    fields.push(`"values":[${timesMs.map((timeMs, at) => pair(timeMs, values[at]!)).join(',')}]`)
  if (histograms.length > 0)
    fields.push(
      `"histograms":[${histograms.map(({ timeMs, histogram }) => histogramPair(timeMs, histogram)).join(',')}]`,
    )
  return `{${fields.join(',')}}`
}

const pair = (timeMs: number, value: number): string => `[${seconds(timeMs)},"${apiNumber(value)}"]`
const histogramPair = (timeMs: number, histogram: NativeHistogram): string =>
  `[${seconds(timeMs)},${histogramJson(histogram)}]`

/** Whole seconds, or three places: `1.500`. */
export function seconds(timeMs: number): string {
  const part = Math.abs(timeMs % 1_000)
  const whole = Math.trunc(timeMs / 1_000)
  if (part === 0) return String(whole)
  return `${timeMs < 0 && whole === 0 ? '-' : ''}${whole}.${String(part).padStart(3, '0')}`
}
