import type { Matcher } from '@aiops/contract/model/label'
import type { SloIndicator } from '@aiops/contract/model/slo'
import { Fault, messageOf } from '../../kernel/fault.ts'
import type { SloLanguage } from './index.ts'
import { requestSources } from './request-source.ts'
import { selectorText } from './selector-text.ts'

/** A query for one minute. `loose` takes its place where it calls something that knows no anchored window. */
export type MinuteQuery = {
  /** Which field of the indicator it comes from. */
  field: string
  text: string
  loose: string
  /** What its value has to be multiplied with to be events of a minute: rates are by the second. */
  factor: number
}

/** Where events are counted: `part` are the good or the bad ones of `total`. */
export type EventSource = { total: MinuteQuery; part: MinuteQuery; partIs: 'GOOD' | 'BAD' }

/** What has to be asked for an indicator. Of several sources the first that has data counts. */
export type Measure =
  | {
      kind: 'EVENTS'
      sources: readonly EventSource[]
      /** Where given, minutes are counted instead: good ones hold at least this share of good events. */
      sliceTarget: number | null
    }
  | { kind: 'VALUE'; query: MinuteQuery; below: number | null; above: number | null }

export const unitOf = (measure: Measure): 'EVENTS' | 'MINUTES' =>
  measure.kind === 'VALUE' || measure.sliceTarget !== null ? 'MINUTES' : 'EVENTS'

/** Throws INVALID_PROMQL with its place, VALIDATION_FAILED. */
export function measureOf(indicator: SloIndicator, language: SloLanguage): Measure {
  const events = (sources: readonly EventSource[], sliceTarget: number | null = null): Measure => ({
    ...{ kind: 'EVENTS', sources, sliceTarget },
  })
  if (indicator.kind === 'RATIO') {
    const { good, bad, total } = indicator
    if ((good === null) === (bad === null)) throw invalid('bad', 'give either `good` or `bad`')
    const part = good === null ? counted('bad', bad ?? '', language) : counted('good', good, language)
    return events([
      { total: counted('total', total, language), part, partIs: good === null ? 'BAD' : 'GOOD' },
    ])
  }
  if (indicator.kind === 'HISTOGRAM') {
    const matchers = selectorOf('histogram', indicator.histogram, language)
    return events(histogramSources(matchers, indicator.below))
  }
  if (indicator.kind === 'VALUE') {
    const { query, below, above } = indicator
    if (below === null && above === null) throw invalid('below', 'give `below` or `above`')
    return { kind: 'VALUE', query: counted('query', query, language, true), below, above }
  }
  const { errors, latencies } = requestSources(indicator.service)
  if (indicator.kind === 'LATENCY')
    return events(latencies.flatMap((matchers) => histogramSources(matchers, indicator.below)))
  const sources = errors.map(
    ({ total, bad }): EventSource => ({ total: made(total), part: made(bad), partIs: 'BAD' }),
  )
  return events(sources, indicator.kind === 'AVAILABILITY' ? indicator.slice_target : null)
}

const invalid = (field: string, message: string): Fault =>
  new Fault('VALIDATION_FAILED', `indicator.${field}: ${message}`, {
    details: [{ path: `indicator.${field}`, message }],
  })

const made = (text: string): MinuteQuery => ({ field: 'service', text, loose: text, factor: 1 })

/** Classic and native; `histogram_fraction` is exact where a bucket ends at `below`, and interpolates where none does. */
function histogramSources(matchers: readonly Matcher[], below: number): EventSource[] {
  const name = (matchers.find((one) => one.name === '__name__' && one.op === '=')?.value ?? '').replace(
    /_bucket$/,
    '',
  )
  const rest = matchers.filter((one) => one.name !== '__name__' && one.name !== 'le')
  const of = (suffix: string): string => selectorText(`${name}${suffix}`, rest)
  const grown = (suffix: string): string => `increase(${of(suffix)}[1m] anchored)`
  const classic = `sum(${grown('_count')})`
  const native = `histogram_count(sum(${grown('')}))`
  const pair = (total: string, buckets: string): EventSource => ({
    ...{ total: made(total), partIs: 'GOOD' },
    part: made(`histogram_fraction(-Inf, ${below}, ${buckets}) * ${total}`),
  })
  return [pair(classic, `sum by (le) (${grown('_bucket')})`), pair(native, `sum(${grown('')})`)]
}

function selectorOf(field: string, text: string, language: SloLanguage): readonly Matcher[] {
  let matchers: readonly Matcher[]
  try {
    matchers = language.selector(text)
  } catch (error) {
    throw misread(field, error)
  }
  if (!matchers.some(({ name, op }) => name === '__name__' && op === '='))
    throw invalid(field, 'name one histogram, for example http_request_duration_seconds{job="cart"}')
  return matchers
}

const placeholder = /\{\{\s*\.?window\s*\}\}/g

/** Placed where a query is written, so that a problem's place is that of the text. */
function counted(field: string, text: string, language: SloLanguage, asValue = false): MinuteQuery {
  const holds = text.search(placeholder) >= 0
  try {
    language.parse(text.replace(placeholder, (found) => '5m'.padEnd(found.length)))
  } catch (error) {
    throw misread(field, error)
  }
  const perSecond = /\bi?rate\s*\(/.test(text) && !asValue
  const factor = perSecond ? 60 : 1
  if (holds) {
    const anchored = text
      .replace(/\[\s*\{\{\s*\.?window\s*\}\}\s*\]/g, '[1m] anchored')
      .replace(placeholder, '1m')
    return { field, text: anchored, loose: text.replace(placeholder, perSecond ? '5m' : '1m'), factor }
  }
  const name = asValue ? '' : counterName(text, language)
  if (name === '') return { field, text, loose: text, factor }
  // A recorded rate, as Prometheus' naming has it.
  if (name.includes(':')) return { field, text, loose: text, factor: name.includes('rate') ? 60 : 1 }
  const grown = `sum(increase(${text}[1m] anchored))`
  return { field, text: grown, loose: grown, factor: 1 }
}

/** Of a bare selector; empty for any other query. */
function counterName(text: string, language: SloLanguage): string {
  try {
    return language.selector(text).find(({ name }) => name === '__name__')?.value ?? ' '
  } catch {
    return ''
  }
}

function misread(field: string, error: unknown): Fault {
  const message = messageOf(error)
  return new Fault('INVALID_PROMQL', `indicator.${field}: ${message}`, {
    details: [{ path: `indicator.${field}`, message }],
    cause: error,
  })
}
