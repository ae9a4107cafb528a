import { z } from 'zod'
import { Labels } from './label.ts'
import { Time } from './time.ts'

/** A log record, OpenTelemetry's data model with the resource folded into `labels`. */
export const LogRecord = z.object({
  timestamp: Time,
  severity: z.enum(['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL', 'UNSPECIFIED']),
  message: z.string(),
  labels: Labels,
  attributes: Labels,
  trace_id: z.string().optional(),
  span_id: z.string().optional(),
})
export type LogRecord = z.infer<typeof LogRecord>
