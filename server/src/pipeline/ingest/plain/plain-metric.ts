import type { SeriesKind } from '@aiops/contract/model/series'
import { durationMs } from '@aiops/contract/model/time'
import { Fault } from '../../../kernel/fault.ts'
import type { SeriesRef } from '../../../port/metric-store.ts'
import { jsonText } from '../json-text.ts'
import { LabelSet, labelLimits } from '../label-set.ts'
import type { EntryReader, TenantScope } from '../protocol.ts'
import { outOfTime, SampleColumns } from '../sample-columns.ts'
import { eachItem, fieldOf, type JsonObject, labelsInto, wrong } from './item.ts'
import { parseMoment } from './moment.ts'

/** Series known by name, labels, type and unit as they were written; beyond this many all are forgotten and found again. */
const KNOWN_MAX = 20_000
const kinds: Readonly<Record<string, SeriesKind>> = {
  gauge: 'GAUGE',
  counter: 'COUNTER',
  histogram: 'HISTOGRAM',
  summary: 'SUMMARY',
  unknown: 'UNKNOWN',
}
const numeric = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i
const words: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Inf: Number.POSITIVE_INFINITY,
  '+Inf': Number.POSITIVE_INFINITY,
  '-Inf': Number.NEGATIVE_INFINITY,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
}

/** `{name, value, labels?, timestamp?, type?, unit?}`; without a timestamp it is now, without a type a gauge, or a counter as `…_total`. */
export function plainMetricReader({ tenant, catalog, config }: TenantScope): EntryReader {
  const limits = labelLimits(config)
  const ageMsMax = durationMs(config.otlp_age_max)
  const futureMsMax = durationMs(config.sample_future_max)
  const known = new Map<string, SeriesRef>()

  function refOf(item: JsonObject): SeriesRef {
    const { name, labels, unit = '' } = item
    if (typeof name !== 'string' || name === '') throw wrong('name', "the metric's name, a string")
    if (typeof unit !== 'string' || unit.length > 64) throw wrong('unit', 'a string of 64 characters at most')
    const kind = kindOf(name, fieldOf(item, ['type']))
    const key = jsonText([name, kind, unit, labels])
    const found = known.get(key)
    if (found !== undefined) return found
    const set = new LabelSet(limits)
    set.add('__name__', name)
    labelsInto(set, labels)
    const ref = catalog.intern(tenant, set.labels, unit === '' ? { kind } : { kind, unit })
    if (known.size >= KNOWN_MAX) known.clear()
    if (key.length < 4_096) known.set(key, ref)
    return ref
  }

  return (body, { format, receivedMs }) => {
    const samples = new SampleColumns(64, config.items_per_request_max)
    const shape = { noun: 'metrics', itemsMax: config.items_per_request_max } as const
    const rejections = eachItem(body, format, shape, (item) => {
      const value = numberOf(item.value)
      const given = fieldOf(item, ['timestamp', 'time', 'ts'])
      const timeMs = given === undefined ? receivedMs : parseMoment(given)
      if (Number.isNaN(timeMs)) throw wrong('timestamp', 'ISO 8601 or a number since 1970')
      if (timeMs < receivedMs - ageMsMax || timeMs > receivedMs + futureMsMax)
        throw outOfTime(timeMs, receivedMs - ageMsMax, { ageMsMax, futureMsMax })
      samples.pushNumber(refOf(item), timeMs, value)
    })
    return { samples, rejections }
  }
}

function kindOf(name: string, type: unknown): SeriesKind {
  if (type === undefined) return name.endsWith('_total') ? 'COUNTER' : 'GAUGE'
  const key = typeof type === 'string' ? type.toLowerCase() : ''
  if (Object.hasOwn(kinds, key)) return kinds[key]!
  throw wrong('type', `one of ${Object.keys(kinds).join(', ')}`)
}

function numberOf(value: unknown): number {
  if (typeof value === 'number') return value
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value === 'string' && Object.hasOwn(words, value)) return words[value]!
  if (typeof value === 'string' && value.length <= 64 && numeric.test(value)) return Number(value)
  throw new Fault('INVALID_REQUEST', 'value must be a number, or "NaN", "+Inf" or "-Inf".')
}
