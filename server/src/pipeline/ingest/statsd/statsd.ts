import type { Labels } from '@aiops/contract/model/label'
import { isFault } from '../../../kernel/fault.ts'
import type { SeriesMeta, SeriesRef } from '../../../port/metric-store.ts'
import { LabelSet, labelLimits } from '../label-set.ts'
import type { EntryReader, ProtocolFactory, TenantScope } from '../protocol.ts'
import { Rejections } from '../rejection.ts'
import { SampleColumns } from '../sample-columns.ts'
import { decodeWindow, type WindowContent, type WindowRow } from './window-body.ts'

/** StatsD: received on sockets and folded there, so nothing is received here; windows are read. */
export const statsd: ProtocolFactory = () => ({ receivers: [], readers: { statsd: windowReader } })

/** Rows known by type, name and tags; beyond this many all are forgotten and found again. */
const KNOWN_MAX = 20_000

/** Counters and changes are noted as differences, to be added to the stored total; buckets become `_bucket{le}`, `_sum`, `_count`. */
function windowReader({ tenant, catalog, config }: TenantScope): EntryReader {
  const limits = labelLimits(config)
  const known = new Map<string, readonly SeriesRef[]>()

  function refsOf(row: WindowRow, bounds: readonly number[]): readonly SeriesRef[] {
    const key = `${row.type}|${row.name}|${row.tags}|${bounds.length}`
    const found = known.get(key)
    if (found) return found
    const labels = labelsOf(row)
    const refs =
      row.counts && row.counts.length > 0
        ? histogramRefs(row, labels, bounds)
        : [intern(labels, { kind: row.type === 'c' ? 'COUNTER' : 'GAUGE' })]
    if (known.size >= KNOWN_MAX) known.clear()
    known.set(key, refs)
    return refs
  }

  function labelsOf({ name, tags }: WindowRow): Labels {
    const set = new LabelSet(limits)
    set.add('__name__', name)
    if (tags === '') return set.labels
    for (const tag of tags.split(',')) {
      const colon = tag.indexOf(':')
      // A tag without a value says something by being there.
      if (colon < 0) set.addMissing(tag, 'true')
      else set.addMissing(tag.slice(0, colon), tag.slice(colon + 1))
    }
    return set.labels
  }

  /** One a bucket, then the sum and the count. */
  function histogramRefs(row: WindowRow, labels: Labels, bounds: readonly number[]): SeriesRef[] {
    const unit = row.type === 'ms' ? { unit: 'ms' } : {}
    const ends = [...bounds.map(String), '+Inf']
    return [
      ...ends.map((le) => part(row, labels, '_bucket', { kind: 'HISTOGRAM', ...unit }, { le })),
      part(row, labels, '_sum', { kind: 'COUNTER', ...unit }),
      part(row, labels, '_count', { kind: 'COUNTER', unit: '1' }),
    ]
  }

  const part = (
    row: WindowRow,
    labels: Labels,
    suffix: string,
    meta: SeriesMeta,
    extra: Labels = {},
  ): SeriesRef =>
    intern(Object.assign(Object.create(null), labels, extra, { __name__: row.name + suffix }), meta)
  const intern = (labels: Labels, meta: SeriesMeta): SeriesRef => catalog.intern(tenant, labels, meta)

  return (body) => {
    const window = decodeWindow(body)
    const samples = new SampleColumns(window.rows.length * 2, config.items_per_request_max)
    const rejections = new Rejections()
    for (const row of window.rows) {
      try {
        write(samples, window.timeMs, row, refsOf(row, boundsOf(row, window)))
      } catch (error) {
        if (!isFault(error) || error.code === 'BODY_TOO_LARGE') throw error
        rejections.add(error)
      }
    }
    return { samples, rejections }
  }
}

function boundsOf({ type }: WindowRow, { timerBounds, histogramBounds }: WindowContent): readonly number[] {
  if (type === 'ms') return timerBounds
  return type === 'h' ? histogramBounds : []
}

function write(samples: SampleColumns, timeMs: number, row: WindowRow, refs: readonly SeriesRef[]): void {
  const { counts } = row
  if (counts && counts.length > 0) {
    let cumulative = 0
    for (let at = 0; at < counts.length; at += 1) {
      cumulative += counts[at]!
      samples.pushDelta(refs[at]!, timeMs, cumulative)
    }
    samples.pushDelta(refs[counts.length]!, timeMs, row.value)
    samples.pushDelta(refs[counts.length + 1]!, timeMs, cumulative)
  } else if (row.type === 'g') samples.pushNumber(refs[0]!, timeMs, row.value)
  else samples.pushDelta(refs[0]!, timeMs, row.value)
}
