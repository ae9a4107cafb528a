import type { RunbookStep } from '@aiops/contract/model/runbook'
import { durationMs } from '@aiops/contract/model/time'
import { assert } from '../../kernel/assert.ts'
import type { Clock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Executor } from '../../port/executor.ts'
import { createOutbound, type OutboundResponse, type OutboundSettings, type Resolve } from './outbound.ts'

type HttpStep = Extract<RunbookStep, { type: 'http' }>

const outputMax = 2_048
const describedMax = 1_000

/** Runs `http` steps: any 2xx is success. */
export function createHttpExecutor(
  deps: { clock: Clock; resolve?: Resolve },
  settings: OutboundSettings,
): Executor {
  const outbound = createOutbound(deps, settings)
  return {
    type: 'http',
    describe: (step) => describe(httpStep(step)),
    async run(step, { idempotencyKey, signal }) {
      const { method, url, headers, body, timeout } = httpStep(step)
      const text = bodyOf(body)
      const response = await outbound({
        method,
        url,
        headers: { ...contentTypeOf(body, headers), ...headers, 'idempotency-key': idempotencyKey },
        ...(text === undefined ? {} : { body: text }),
        timeoutMs: durationMs(timeout),
        signal,
      })
      return outcomeOf(response)
    },
  }
}

function httpStep(step: RunbookStep): HttpStep {
  assert(step.type === 'http', 'the http executor runs http steps only')
  return step
}

const bodyOf = (body: unknown): string | undefined =>
  body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body)

function contentTypeOf(body: unknown, headers: Readonly<Record<string, string>>): Record<string, string> {
  if (body === undefined || Object.keys(headers).some((name) => name.toLowerCase() === 'content-type'))
    return {}
  return { 'content-type': typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json' }
}

function describe({ method, url, headers, body, timeout }: HttpStep): string {
  const named = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  const withHeaders = named.length > 0 ? ` with ${named.join(', ')}` : ''
  const text = bodyOf(body)
  const withBody =
    text === undefined
      ? ''
      : ` and body ${text.length > describedMax ? `${text.slice(0, describedMax)}… (${text.length} characters)` : text}`
  return `${method} ${url}${withHeaders}${withBody}, within ${timeout}`
}

/** What is kept of an answer; a failing one becomes a Fault that says the same. */
function outcomeOf({ status, statusText, text, sizeBytes, cut }: OutboundResponse): string {
  const shown = printable(text)
  const sentence =
    `${status} ${printable(statusText)}`.trim() + (shown === '' ? '' : `: ${shown}${cut ? ' …' : ''}`)
  if (status >= 200 && status < 300)
    return sizeBytes > 0 || !cut ? sentence : `${sentence} (the body did not come)`
  if (status === 504) throw new Fault('TIMEOUT', `Answered ${sentence}; whether it took effect is not known.`)
  if (status >= 300 && status < 400)
    throw new Fault('UPSTREAM_FAILED', `Answered ${status}, a redirect; redirects are not followed.`)
  throw new Fault('UPSTREAM_FAILED', `Answered ${sentence}`)
}

const printable = (text: string): string =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a terminal or a log
    .replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ')
    .trim()
    .slice(0, outputMax)
