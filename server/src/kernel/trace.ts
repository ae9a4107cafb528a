import { AsyncLocalStorage } from 'node:async_hooks'
import { randomBytes } from 'node:crypto'

/** W3C trace context (https://www.w3.org/TR/trace-context/), carried through every await. */
export type TraceContext = { traceId: string; spanId: string; sampled: boolean }

const storage = new AsyncLocalStorage<TraceContext>()

export const currentTrace = (): TraceContext | undefined => storage.getStore()
export const withTrace = <T>(context: TraceContext, task: () => T): T => storage.run(context, task)

const pattern = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/

/** The caller's trace with a span of ours, or a new trace where the header is missing or malformed. */
export function continueTrace(traceparent: string | undefined): TraceContext {
  const found = pattern.exec(traceparent ?? '')
  const spanId = randomBytes(8).toString('hex')
  if (!found?.[1] || /^0+$/.test(found[1]) || /^0+$/.test(found[2] ?? ''))
    return { traceId: randomBytes(16).toString('hex'), spanId, sampled: false }
  return { traceId: found[1], spanId, sampled: (Number.parseInt(found[3] ?? '0', 16) & 1) === 1 }
}

export const traceparentOf = (context: TraceContext): string =>
  `00-${context.traceId}-${context.spanId}-${context.sampled ? '01' : '00'}`
