import { durationMs } from '@aiops/contract/model/time'
import type { Clock } from '../../../kernel/clock.ts'
import { Fault } from '../../../kernel/fault.ts'

const hourMs = 3_600_000

/** `end` is now unless given; `start` is `duration`, else an hour or what is said, before it, and never before 1970. */
export function rangeOf(
  query: { start?: string | undefined; end?: string | undefined; duration?: string | undefined },
  clock: Clock,
  otherwiseMs = hourMs,
): { startMs: number; endMs: number } {
  const endMs = query.end === undefined ? clock.now() : Date.parse(query.end)
  const startMs =
    query.start === undefined
      ? Math.max(0, endMs - (query.duration === undefined ? otherwiseMs : durationMs(query.duration)))
      : Date.parse(query.start)
  if (startMs > endMs) throw new Fault('INVALID_REQUEST', 'start lies after end.')
  return { startMs, endMs }
}
