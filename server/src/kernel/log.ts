import { type DestinationStream, type Logger, pino } from 'pino'
import { currentTrace } from './trace.ts'

/** A constant sentence with fields. error: somebody must act; warn: may have to; info: milestones; debug: for its developers. */
export type Log = Pick<Logger, 'error' | 'warn' | 'info' | 'debug' | 'level'> & {
  child(fields: Record<string, unknown>): Log
}

export type LogOptions = {
  level: 'debug' | 'info' | 'warn' | 'error' | 'silent'
  destination?: DestinationStream
}

/** Newline-delimited JSON on stderr, so that stdout belongs to a command's answer. */
export function createLog(options: LogOptions): Log {
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: ['*.authorization', '*.token', '*.password', 'authorization', 'token', 'password'],
        censor: '[redacted]',
      },
      mixin: () => {
        const trace = currentTrace()
        return trace ? { trace_id: trace.traceId, span_id: trace.spanId } : {}
      },
    },
    options.destination ?? pino.destination({ dest: 2, sync: true }),
  ) as unknown as Log
}

export const silentLog: Log = createLog({ level: 'silent' })
