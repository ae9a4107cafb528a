import { saveBlob } from '../shell/save-file.ts'
import type { ResultSeries } from './result-line.ts'
import { seriesName } from './result-line.ts'

/** One row a point: time, cluster, series, value (RFC 4180). Cells that a spreadsheet would run as a formula are led by a quote. */
export function csvOf(found: readonly ResultSeries[]): string {
  const rows = found.flatMap(({ cluster, series, query }) => {
    const name = [query, seriesName(series.metric)].filter(Boolean).join(' ')
    return series.values.map(([seconds, value]) => [
      new Date(seconds * 1_000).toISOString(),
      cluster,
      name,
      value,
    ])
  })
  return [['time', 'cluster', 'series', 'value'], ...rows].map((row) => row.map(cell).join(',')).join('\r\n')
}

export function cell(text: string): string {
  const number = /^[-+]?(\d|\.\d|Inf|NaN)[\d.eE+-]*$/.test(text)
  const safe = !number && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** Hands a text to the browser as a file. */
export const download = (name: string, type: string, text: string): void =>
  saveBlob(new Blob([text], { type }), name)
