import { Fault } from '../../../../kernel/fault.ts'
import type { NativeHistogram } from '../../../../port/metric-store.ts'
import { parseGoNumber } from '../function/number-text.ts'
import { compactHistogram } from '../histogram/index.ts'

const resets: Record<string, NativeHistogram['reset']> = {
  unknown: 'UNKNOWN',
  reset: 'YES',
  not_reset: 'NO',
  gauge: 'GAUGE',
}

/** What stands between `{{` and `}}`: `schema:0 sum:5 count:4 z_bucket:1 buckets:[1 2] offset:-1 …`, all optional. Throws INVALID_REQUEST. */
export function parseHistogramLiteral(text: string): { histogram: NativeHistogram; resetGiven: boolean } {
  const fields = fieldsOf(text)
  const number = (name: string): number => {
    const value = fields.get(name)
    return value === undefined ? 0 : numberOf(value, name)
  }
  const numbers = (name: string): Float64Array =>
    Float64Array.from((fields.get(name) ?? '').split(/\s+/).filter(Boolean), (value) => numberOf(value, name))
  const side = (counts: string, offset: string) => {
    const first = number(offset)
    const values = numbers(counts)
    return { indexes: Int32Array.from(values, (_, i) => first + i), counts: values }
  }
  const reset = fields.get('counter_reset_hint')
  if (reset !== undefined && resets[reset] === undefined) throw bad('counter_reset_hint', reset)
  const schema = number('schema')
  const histogram = compactHistogram({
    schema,
    count: number('count'),
    sum: number('sum'),
    zeroThreshold: number('z_bucket_w'),
    zeroCount: number('z_bucket'),
    positive: side('buckets', 'offset'),
    negative: side('n_buckets', 'n_offset'),
    ...((fields.has('custom_values') || schema === -53) && { bounds: numbers('custom_values') }),
    reset: resets[reset ?? 'unknown']!,
  })
  return { histogram, resetGiven: reset !== undefined }
}

const names = new Set([
  'schema',
  'sum',
  'count',
  'z_bucket',
  'z_bucket_w',
  'buckets',
  'offset',
  'n_buckets',
  'n_offset',
  'counter_reset_hint',
  'custom_values',
])

function fieldsOf(text: string): Map<string, string> {
  const fields = new Map<string, string>()
  const field = /\s*(\w+):(?:\[([^\]]*)\]|(\S+))\s*/y
  while (field.lastIndex < text.trimEnd().length) {
    const at = field.lastIndex
    const found = field.exec(text)
    const name = found?.[1]
    if (found === null || name === undefined || !names.has(name)) throw bad('histogram', text.slice(at))
    fields.set(name, (found[2] ?? found[3] ?? '').trim())
  }
  return fields
}

function numberOf(text: string, name: string): number {
  const value = parseGoNumber(text)
  if (value === undefined) throw bad(name, text)
  return value
}

const bad = (name: string, text: string): Fault =>
  new Fault('INVALID_REQUEST', `${JSON.stringify(text)} cannot be read as ${name} of a histogram literal.`)
