import type { Matcher } from '@aiops/contract/model/label'
import { Fault, messageOf } from '../../kernel/fault.ts'
import type { IngestRequest } from '../../pipeline/ingest/index.ts'
import type { PromqlLanguage } from '../../service/telemetry/index.ts'

/** Values of one repeated parameter, at most. */
const repeatedMax = 1_000
/** What `time.Time` can hold around; beyond, JavaScript has no dates. */
const timeMsMax = 8.64e15

/** The parameters of a request, of its form first and then of its path, as Go's `Request.Form` has them. */
export class Parameters {
  readonly #form: URLSearchParams
  readonly #query: URLSearchParams

  /** Throws where a body is not a form. */
  constructor({ headers, body, query }: Pick<IngestRequest, 'headers' | 'body' | 'query'>) {
    this.#query = query
    const type = (headers['content-type'] ?? '').split(';', 1)[0]!.trim().toLowerCase()
    if (body.length > 0 && type !== 'application/x-www-form-urlencoded')
      throw new Fault(
        'UNSUPPORTED_MEDIA_TYPE',
        `Send the parameters as application/x-www-form-urlencoded, not ${JSON.stringify(type.slice(0, 80))}.`,
      )
    this.#form = new URLSearchParams(body.toString('utf8'))
  }

  /** Empty where absent. */
  text(name: string): string {
    return this.#form.get(name) ?? this.#query.get(name) ?? ''
  }

  texts(name: string): string[] {
    const found = [...this.#form.getAll(name), ...this.#query.getAll(name)]
    if (found.length > repeatedMax) throw badParameter(name, `it may be given ${repeatedMax} times`)
    return found
  }

  /** Milliseconds; `fallback` where absent. */
  time(name: string, fallback: number): number {
    const text = this.text(name)
    if (text === '') return fallback
    const ms = timeMs(text)
    if (Number.isNaN(ms))
      throw badParameter(name, `cannot parse ${JSON.stringify(text)} to a valid timestamp`)
    return ms
  }

  /** Milliseconds; `fallback` where absent. */
  duration(name: string, fallback: number): number {
    const text = this.text(name)
    if (text === '') return fallback
    const ms = durationOf(text)
    if (Number.isNaN(ms)) throw badParameter(name, `cannot parse ${JSON.stringify(text)} to a valid duration`)
    return ms
  }

  /** 0 for none. */
  limit(name = 'limit'): number {
    const text = this.text(name)
    if (text === '') return 0
    if (!/^[+-]?\d+$/.test(text)) throw badParameter(name, 'limit must be a number')
    const limit = Number(text)
    if (limit < 0) throw badParameter(name, 'limit must be non-negative')
    return limit
  }

  flag(name: string): boolean {
    const text = this.text(name)
    if (text === '' || /^(0|f|false)$/i.test(text)) return false
    if (/^(1|t|true)$/i.test(text)) return true
    throw badParameter(name, `unable to parse boolean: ${JSON.stringify(text)}`)
  }

  /** Each `match[]`, empty for none given. */
  matchers(language: PromqlLanguage, name = 'match[]'): (readonly Matcher[])[] {
    return this.texts(name).map((text) => {
      try {
        return language.selector(text)
      } catch (error) {
        throw badParameter(name, messageOf(error))
      }
    })
  }
}

export const badParameter = (name: string, why: string): Fault =>
  new Fault('INVALID_REQUEST', `invalid parameter "${name}": ${why}`)

const rfc3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/
const float = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/

/** Unix seconds, rounded to milliseconds, or RFC 3339; NaN for neither. */
export function timeMs(text: string): number {
  const ms = float.test(text)
    ? Math.round(Number(text) * 1_000)
    : rfc3339.test(text)
      ? Date.parse(text)
      : Number.NaN
  if (Number.isNaN(ms)) return farthest.get(text) ?? Number.NaN
  return Math.abs(ms) <= timeMsMax ? ms : Math.sign(ms) * timeMsMax
}

/** The widest range that clients of Prometheus name, in their words. */
const farthest = new Map([
  ['-292273086-05-16T16:47:06Z', -timeMsMax],
  ['+292277025-08-18T07:12:54.999999999Z', timeMsMax],
  ['292277025-08-18T07:12:54.999999999Z', timeMsMax],
])

const units: Readonly<Record<string, number>> = {
  ...{ y: 31_536_000_000, w: 604_800_000, d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000, ms: 1 },
}

/** Seconds as a number, or a duration such as `1h30m`; NaN for neither. */
export function durationOf(text: string): number {
  if (float.test(text)) {
    const ms = Math.trunc(Number(text) * 1_000_000_000) / 1_000_000
    return Math.abs(ms) < 2 ** 63 / 1_000_000 ? ms : Number.NaN
  }
  if (!/^(\d+y)?(\d+w)?(\d+d)?(\d+h)?(\d+m)?(\d+s)?(\d+ms)?$/.test(text) || text === '') return Number.NaN
  let sum = 0
  for (const [, amount, unit = ''] of text.matchAll(/(\d+)(ms|[smhdwy])/g))
    sum += Number(amount) * (units[unit] ?? 0)
  return sum
}
