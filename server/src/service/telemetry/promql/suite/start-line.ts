import { Fault } from '../../../../kernel/fault.ts'
import { labelsKey } from '../evaluate/label-set.ts'
import { parseDuration } from '../parse/duration.ts'
import { parseMetric, parseSeriesDefinition, type SeriesDefinition } from './series-definition.ts'

/** Start timestamps one line may expand to. */
const offsetsMax = 1_000_000
const metricAndOffsets = /^(\S+)@st\s+(.*)$/

/**
 * Series of a `load`. A line `metric{…}@st -30s-1mx2 _ 0` gives the samples of the line after it their start timestamps, as durations from
 * the sample on. Throws INVALID_REQUEST.
 */
export function parseSeriesLines(lines: readonly string[]): SeriesDefinition[] {
  const series: SeriesDefinition[] = []
  let starts: { key: string; offsets: (number | undefined)[]; line: string } | undefined
  for (const line of lines) {
    const parts = metricAndOffsets.exec(line)
    if (parts !== null && starts === undefined) {
      const [, metric = '', offsets = ''] = parts
      starts = { key: labelsKey(parseMetric(metric)), offsets: parseOffsets(offsets), line }
      continue
    }
    const definition = parseSeriesDefinition(line)
    series.push(starts === undefined ? definition : withStarts(definition, starts))
    starts = undefined
  }
  if (starts !== undefined) throw bad(starts.line, 'start timestamps: no samples follow')
  return series
}

function withStarts(
  { labels, values }: SeriesDefinition,
  { key, offsets, line }: { key: string; offsets: readonly (number | undefined)[]; line: string },
): SeriesDefinition {
  if (labelsKey(labels) !== key) throw bad(line, 'start timestamps: the series after it is another')
  if (offsets.length !== values.length)
    throw bad(line, `start timestamps: ${offsets.length} of them, and ${values.length} samples`)
  return {
    labels,
    values: values.map((value, i) => {
      const startOffsetMs = offsets[i]
      const counts = value.kind === 'number' || value.kind === 'histogram'
      return counts && startOffsetMs !== undefined ? { ...value, startOffsetMs } : value
    }),
  }
}

const blank = /^_(?:x([1-9]\d*))?$/
const duration = String.raw`[+-]?(?:0|(?:\d+(?:ms|[ywdhms]))+)`
const stepped = new RegExp(`^(${duration})(?:([+-])(${duration}))?(?:x(\\d+))?$`)

function parseOffsets(text: string): (number | undefined)[] {
  const offsets: (number | undefined)[] = []
  for (const item of text.split(/\s+/).filter(Boolean)) {
    const blanks = blank.exec(item)
    const parts = blanks ? undefined : stepped.exec(item)
    if (!blanks && (!parts || (parts[3] !== undefined && parts[4] === undefined)))
      throw bad(item, 'a start timestamp')
    const times = blanks ? Number(blanks[1] ?? 1) : Number(parts?.[4] ?? 0) + 1
    if (offsets.length + times > offsetsMax) throw bad(item, `one of at most ${offsetsMax} start timestamps`)
    const from = parts ? msOf(parts[1]!) : 0
    const step = parts?.[3] === undefined ? 0 : (parts[2] === '-' ? -1 : 1) * msOf(parts[3])
    for (let i = 0; i < times; i++) offsets.push(blanks ? undefined : from + i * step)
  }
  return offsets
}

function msOf(text: string): number {
  const digits = text.replace(/^[+-]/, '')
  const ms = digits === '0' ? 0 : parseDuration(digits)
  if (ms === undefined) throw bad(text, 'a duration')
  return text.startsWith('-') ? -ms : ms
}

const bad = (text: string, what: string): Fault =>
  new Fault('INVALID_REQUEST', `${JSON.stringify(text)} cannot be read as ${what}.`)
