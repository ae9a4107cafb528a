import { Fault, isFault } from './fault.ts'
import { continueTrace } from './trace.ts'

/** A whole HTTP answer with the one error form, for an upgrade that is refused: the connection is no WebSocket yet. `at`: ISO time. */
export function upgradeRefusal(error: unknown, traceparent: string | undefined, at: string): string {
  const fault = isFault(error) ? error : new Fault('INTERNAL', 'Something went wrong here.', { cause: error })
  const { traceId } = continueTrace(traceparent)
  const text = JSON.stringify({
    error: { code: fault.code, message: fault.message, trace_id: traceId, timestamp: at },
  })
  const head = [
    `HTTP/1.1 ${fault.status} Refused`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(text)}`,
    `x-trace-id: ${traceId}`,
    ...(fault.status === 503 ? ['retry-after: 5'] : []),
    'connection: close',
  ]
  return `${head.join('\r\n')}\r\n\r\n${text}`
}
