import { generalNumber } from '../../../../kernel/go-number.ts'

/** A label value for a number as OpenMetrics writes it: `1.0`, `0.5`, `1e+06`. */
export function openMetricsText(value: number): string {
  const text = generalNumber(value)
  return Number.isFinite(value) && !/[e.]/.test(text) ? `${text}.0` : text
}

const floatForm = /^[+-]?(?:inf(?:inity)?|nan|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)$/i

/** A number in Go's spelling; undefined where it is none. */
export function parseGoNumber(text: string): number | undefined {
  if (!floatForm.test(text)) return undefined
  const lower = text.toLowerCase()
  if (lower.endsWith('nan')) return Number.NaN
  if (lower.includes('inf'))
    return lower.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  return Number(text)
}
