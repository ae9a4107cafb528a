import { messageOf } from '../../kernel/fault.ts'
import { ModelFailure, type ModelFailureKind } from '../../port/language-model.ts'

const retryAfterMsMax = 3_600_000
const messageCharsMax = 240

/** What a provider package throws or says, in the port's words. Keys never come out: some servers repeat what they were sent. */
export function failureOf(name: string, error: unknown, key: string, nowMs: number): ModelFailure {
  const known = modelFailureIn(error)
  if (known) return known
  const { statusCode, responseHeaders = {}, type, code } = detailOf(error)
  const said = quoted(sentenceOf(error), key)
  const status = statusCode ?? statusIn(type) ?? statusIn(code)
  if (status === undefined)
    return new ModelFailure('BROKEN', `${name} sent what its protocol does not allow${said}.`, {
      cause: error,
    })
  const retryAfterMs = retryAfterOf(responseHeaders, nowMs)
  return new ModelFailure(kindOf(status), `${name} answered ${status}${said}.`, {
    cause: error,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  })
}

export function kindOf(status: number): ModelFailureKind {
  if (status === 408 || status === 429) return 'RATE_LIMITED'
  return status >= 500 ? 'SERVER' : status >= 300 ? 'REFUSED' : 'BROKEN'
}

type Detail = {
  statusCode?: number
  responseHeaders?: Readonly<Record<string, string>>
  type?: unknown
  code?: unknown
}

const detailOf = (error: unknown): Detail =>
  typeof error === 'object' && error !== null ? (error as Detail) : {}

function modelFailureIn(error: unknown): ModelFailure | undefined {
  let at = error
  for (let depth = 0; depth < 8 && at instanceof Error; depth += 1) {
    if (at instanceof ModelFailure) return at
    at = at.cause
  }
  return undefined
}

/** Errors within a stream come after a 200, with a word or a number instead of a status. */
function statusIn(value: unknown): number | undefined {
  if (typeof value === 'number') return value >= 400 && value <= 599 ? value : undefined
  if (typeof value !== 'string') return undefined
  if (/rate_limit|too_many|resource_exhausted/i.test(value)) return 429
  if (/overloaded|unavailable|server_error|api_error|internal/i.test(value)) return 503
  if (/authentication|permission|invalid_request|not_found|quota|billing/i.test(value)) return 400
  return undefined
}

function sentenceOf(error: unknown): string {
  const message = error instanceof Error ? error.message : detailMessage(error)
  return message.slice(0, 2_000)
}

const detailMessage = (error: unknown): string => {
  const { message } = detailOf(error) as { message?: unknown }
  return typeof message === 'string' ? message : messageOf(error)
}

function quoted(message: string, key: string): string {
  const plain = (key.length >= 8 ? message.replaceAll(key, '***') : message)
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
  return plain === '' ? '' : ` (${plain.slice(0, messageCharsMax)})`
}

/** RFC 9110 §10.2.3: seconds or a date; `retry-after-ms` where a server is more exact. */
function retryAfterOf(headers: Readonly<Record<string, string>>, nowMs: number): number | undefined {
  const exact = Number(headers['retry-after-ms'] ?? Number.NaN)
  const text = headers['retry-after']
  const ms = Number.isFinite(exact)
    ? exact
    : text === undefined
      ? Number.NaN
      : /^\s*\d+\s*$/.test(text)
        ? Number(text) * 1_000
        : Date.parse(text) - nowMs
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), retryAfterMsMax) : undefined
}
