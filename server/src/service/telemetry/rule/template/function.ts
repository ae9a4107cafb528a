import { RE2JS } from 're2js'
import { Fault, messageOf } from '../../../../kernel/fault.ts'
import { humanize, humanize1024, humanizeDuration, humanizePercentage } from './humanize.ts'
import { Int, Moment, Span, Struct, typeOf, type Value } from './value.ts'

export type TemplateFunction = (args: readonly Value[]) => Value | Promise<Value>

/** What the functions of a template know of where it stands. */
export type TemplateWorld = {
  /** At the moment of the evaluation. */
  query(text: string): Promise<{ labels: Readonly<Record<string, string>>; value: number }[]>
  nowMs: number
  /** Where people reach this program. */
  externalUrl: string
}

const patternLengthMax = 1_000
const resultLengthMax = 262_144

export const failed = (why: string): Fault => new Fault('QUERY_FAILED', why)

/** The functions that Prometheus adds (https://prometheus.io/docs/prometheus/latest/configuration/template_reference/). */
export function prometheusFunctions(world: TemplateWorld): ReadonlyMap<string, TemplateFunction> {
  const on =
    (name: string, format: (value: number) => string): TemplateFunction =>
    ([value = null]) =>
      format(numberOf(name, value))
  return new Map<string, TemplateFunction>([
    ['query', async ([text = null]) => (await world.query(textOf('query', text))).map(sampleOf)],
    ['first', ([list = null]) => firstOf(list)],
    ['label', ([name = null, sample = null]) => labelsOf(sample).get(textOf('label', name)) ?? ''],
    ['value', ([sample = null]) => fieldOf(sample, 'Value')],
    ['strvalue', ([sample = null]) => labelsOf(sample).get('__value__') ?? ''],
    ['args', (args) => new Map(args.map((value, at) => [`arg${at}`, value]))],
    ['sortByLabel', ([name = null, list = null]) => sorted(textOf('sortByLabel', name), list)],
    ['reReplaceAll', replaced],
    ['match', ([pattern = null, text = null]) => pattern2(pattern).matcher(textOf('match', text)).find()],
    ['title', ([text = null]) => titled(textOf('title', text))],
    ['toUpper', ([text = null]) => textOf('toUpper', text).toUpperCase()],
    ['toLower', ([text = null]) => textOf('toLower', text).toLowerCase()],
    ['safeHtml', ([text = null]) => textOf('safeHtml', text)],
    ['graphLink', ([text = null]) => link(textOf('graphLink', text), 'graph')],
    ['tableLink', ([text = null]) => link(textOf('tableLink', text), 'table')],
    ['humanize', on('humanize', humanize)],
    ['humanize1024', on('humanize1024', humanize1024)],
    ['humanizeDuration', on('humanizeDuration', humanizeDuration)],
    ['humanizePercentage', on('humanizePercentage', humanizePercentage)],
    ['humanizeTimestamp', ([value = null]) => momentOf('humanizeTimestamp', value)],
    ['toTime', ([value = null]) => momentOf('toTime', value)],
    ['toDuration', ([value = null]) => new Span(numberOf('toDuration', value) * 1e9)],
    ['now', () => world.nowMs / 1_000],
    ['parseDuration', ([text = null]) => secondsOf(textOf('parseDuration', text))],
    ['pathPrefix', () => pathOf(world.externalUrl)],
    ['externalURL', () => world.externalUrl],
    ['stripPort', ([text = null]) => withoutPort(textOf('stripPort', text))],
    ['stripDomain', ([text = null]) => withoutDomain(textOf('stripDomain', text))],
    [
      'urlQueryEscape',
      ([text = null]) => encodeURIComponent(textOf('urlQueryEscape', text)).replaceAll('%20', '+'),
    ],
  ])
}

export function textOf(name: string, value: Value): string {
  if (typeof value === 'string') return value
  throw failed(`wrong type for value; ${name} expected string; got ${typeOf(value)}`)
}

const sampleOf = ({ labels, value }: { labels: Readonly<Record<string, string>>; value: number }): Struct =>
  new Struct('*template.sample', { Labels: new Map(Object.entries(labels)), Value: value })

function firstOf(list: Value): Value {
  const [first] = Array.isArray(list) ? (list as readonly Value[]) : []
  if (first === undefined) throw failed('first() called on vector with no elements')
  return first
}

function fieldOf(sample: Value, field: string): Value {
  const found = sample instanceof Struct ? sample.fields.get(field) : undefined
  if (found === undefined) throw failed(`a sample of a query was expected; got ${typeOf(sample)}`)
  return found
}

const labelsOf = (sample: Value): ReadonlyMap<string, Value> =>
  fieldOf(sample, 'Labels') as ReadonlyMap<string, Value>

function sorted(name: string, list: Value): Value {
  if (!Array.isArray(list)) throw failed(`sortByLabel expected a query result; got ${typeOf(list)}`)
  const key = (sample: Value): string => String(labelsOf(sample).get(name) ?? '')
  return [...(list as readonly Value[])].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0))
}

function pattern2(pattern: Value): RE2JS {
  const text = textOf('match', pattern)
  if (text.length > patternLengthMax) throw failed(`a pattern may have ${patternLengthMax} characters`)
  try {
    return RE2JS.compile(text)
  } catch (error) {
    throw failed(messageOf(error))
  }
}

/** Go writes groups as `$1` and `${name}`, as the engine here does. */
function replaced([pattern = null, replacement = null, text = null]: readonly Value[]): Value {
  const result = pattern2(pattern)
    .matcher(textOf('reReplaceAll', text))
    .replaceAll(textOf('reReplaceAll', replacement))
  if (result.length > resultLengthMax) throw failed('the result of reReplaceAll is too long')
  return result
}

const titled = (text: string): string =>
  text.replace(
    /(^|[^\p{L}\p{N}_'])(\p{L})/gu,
    (_, before: string, letter: string) => before + letter.toUpperCase(),
  )

/** Numbers and texts that are numbers. */
function numberOf(name: string, value: Value): number {
  if (typeof value === 'number') return value
  if (value instanceof Int) return value.value
  if (value instanceof Span) return value.ns / 1e9
  if (typeof value === 'string') {
    const parsed = /^[+-]?inf(inity)?$/i.test(value)
      ? value.startsWith('-')
        ? Number.NEGATIVE_INFINITY
        : Number.POSITIVE_INFINITY
      : Number(value)
    if (value.trim() === value && value !== '' && (!Number.isNaN(parsed) || /^nan$/i.test(value)))
      return parsed
    throw failed(
      `error calling ${name}: strconv.ParseFloat: parsing ${JSON.stringify(value)}: invalid syntax`,
    )
  }
  throw failed(`error calling ${name}: can't convert ${typeOf(value)} to float`)
}

function momentOf(name: string, value: Value): Value {
  const seconds = numberOf(name, value)
  if (!Number.isFinite(seconds))
    return String(seconds).replace(/^(-?)Infinity$/, (_, sign) => `${sign || '+'}Inf`)
  if (Math.abs(seconds) > 8.64e12)
    throw failed(`error calling ${name}: ${seconds} cannot be represented as a timestamp`)
  return new Moment(Math.floor(seconds * 1_000))
}

const unitSeconds: Record<string, number> = {
  ...{ ms: 0.001, s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800, y: 31_536_000 },
}
function secondsOf(text: string): number {
  if (text === '0') return 0
  if (!/^-?(\d+y)?(\d+w)?(\d+d)?(\d+h)?(\d+m)?(\d+s)?(\d+ms)?$/.test(text) || !/\d/.test(text))
    throw failed(`error calling parseDuration: not a valid duration string: ${JSON.stringify(text)}`)
  let seconds = 0
  for (const [, amount, unit = ''] of text.matchAll(/(\d+)(ms|[smhdwy])/g))
    seconds += Number(amount) * (unitSeconds[unit] ?? 0)
  return text.startsWith('-') ? -seconds : seconds
}

const pathOf = (url: string): string => (URL.canParse(url) ? new URL(url).pathname.replace(/^\/$/, '') : '')

const link = (expression: string, tab: 'graph' | 'table'): string =>
  `/graph?g0.expr=${encodeURIComponent(expression).replaceAll('%20', '+')}&g0.tab=${tab === 'graph' ? 0 : 1}`

/** `host:port`, `[v6]:port`: the host; anything else as it is. */
function withoutPort(text: string): string {
  const found = /^(?:\[([^\]]*)\]|([^:]*)):([^:]*)$/.exec(text)
  return found ? (found[1] ?? found[2] ?? text) : text
}

/** The first label of a host name; an address stays whole, a port stays. */
function withoutDomain(text: string): string {
  const host = withoutPort(text)
  if (/^[\d.]+$/.test(host) || host.includes(':')) return text
  const port = text.slice(host.length)
  return host.split('.')[0] + port
}
