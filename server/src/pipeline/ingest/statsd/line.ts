/** Counter, gauge, timer (milliseconds), histogram, distribution, set. */
export type StatsdType = 'c' | 'g' | 'ms' | 'h' | 'd' | 's'
export type StatsdLine = {
  name: string
  type: StatsdType
  /** Numbers, except of a set: then empty, and `member` holds the value. */
  values: readonly number[]
  member: string
  /** A gauge that was sent with a sign: a change, not a value. */
  relative: boolean
  /** In (0, 1]: what was sent stands for 1 / rate of it. */
  rate: number
  /** As sent, `key:value,key`. */
  tags: string
}
/** Why a line was left out, as a label of the metric that counts them. */
export type StatsdRefusal = 'malformed' | 'too_long' | 'unsupported'

const NAME_MAX = 512
const TAGS_MAX = 4_096
/** Values packed into one line. */
const VALUES_MAX = 1_024
const types: ReadonlySet<string> = new Set(['c', 'g', 'ms', 'h', 'd', 's'])

/**
 * One line of StatsD (https://github.com/statsd/statsd, docs/metric_types.md) with DogStatsD's tags, packed values and types:
 * `name:value[:value…]|type[|@rate][|#tag:value,…]`; its further fields (container, external data, time) are stepped over.
 */
export function parseLine(line: string): StatsdLine | StatsdRefusal {
  // Events and service checks of DogStatsD are no metrics.
  if (line.startsWith('_e{') || line.startsWith('_sc|')) return 'unsupported'
  const colon = line.indexOf(':')
  const bar = line.indexOf('|', colon + 1)
  if (colon <= 0 || bar < 0) return 'malformed'
  if (colon > NAME_MAX) return 'too_long'
  let end = line.indexOf('|', bar + 1)
  const type = end < 0 ? line.slice(bar + 1) : line.slice(bar + 1, end)
  if (!types.has(type)) return 'malformed'
  let rate = 1
  let tags = ''
  while (end >= 0) {
    const next = line.indexOf('|', end + 1)
    const field = next < 0 ? line.slice(end + 1) : line.slice(end + 1, next)
    if (field.startsWith('@')) {
      rate = numberOf(field.slice(1))
      if (!(rate > 0 && rate <= 1)) return 'malformed'
    } else if (field.startsWith('#')) tags = field.slice(1)
    end = next
  }
  if (tags.length > TAGS_MAX) return 'too_long'
  const name = line.slice(0, colon)
  const value = line.slice(colon + 1, bar)
  if (type === 's') return { name, type, values: [], member: value, relative: false, rate, tags }
  const values = valuesOf(value)
  if (!values) return 'malformed'
  const relative = type === 'g' && (value.startsWith('+') || value.startsWith('-'))
  return { name, type: type as StatsdType, values, member: '', relative, rate, tags }
}

function valuesOf(text: string): number[] | undefined {
  if (!text.includes(':')) {
    const value = numberOf(text)
    return Number.isNaN(value) ? undefined : [value]
  }
  const parts = text.split(':', VALUES_MAX + 1)
  if (parts.length > VALUES_MAX) return undefined
  const values = parts.map(numberOf)
  return values.some(Number.isNaN) ? undefined : values
}

const numeric = /^[+-]?(?:\d{1,40}\.?\d{0,40}|\.\d{1,40})(?:[eE][+-]?\d{1,3})?$/

/** Finite, or NaN. */
function numberOf(text: string): number {
  if (!numeric.test(text)) return Number.NaN
  const value = Number(text)
  return Number.isFinite(value) ? value : Number.NaN
}
