import { z } from 'zod'

/** Most severe first, so that an index is a rank. */
export const severities = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'INFO'] as const
export const Severity = z.enum(severities)
export type Severity = z.infer<typeof Severity>

/** The more severe of two. */
export const worse = (a: Severity, b: Severity): Severity =>
  severities.indexOf(a) <= severities.indexOf(b) ? a : b

const named: Record<string, Severity> = {
  critical: 'CRITICAL',
  error: 'HIGH',
  page: 'HIGH',
  high: 'HIGH',
  warning: 'MEDIUM',
  warn: 'MEDIUM',
  medium: 'MEDIUM',
  low: 'LOW',
  info: 'INFO',
  none: 'INFO',
}

/** Severity of a sender's label, whatever its case; an unknown or missing word is MEDIUM, as a warning is. */
export const severityOf = (word: string | undefined): Severity =>
  named[(word ?? '').toLowerCase()] ?? 'MEDIUM'
