import type { AuditEntry as WireEntry } from '@aiops/contract/model/audit'
import { durationMs } from '@aiops/contract/model/time'
import type { Clock } from '../../../kernel/clock.ts'
import { Fault } from '../../../kernel/fault.ts'
import type { AuditEntry, AuditFilter } from '../../../port/record-store.ts'

type Asked = Partial<
  Record<'actor' | 'action' | 'resource' | 'text' | 'start' | 'end' | 'duration', string | undefined>
> & { outcome?: AuditFilter['outcome'] }

/** What a caller asked for, as the store takes it. Without a time it is all of it; a duration alone counts back from now. */
export function auditFilter(asked: Asked, clock: Pick<Clock, 'now'>): Omit<AuditFilter, 'limit'> {
  const { start, end, duration, ...rest } = asked
  const toMs = end === undefined ? undefined : Date.parse(end)
  const backMs =
    duration === undefined ? undefined : Math.max(0, (toMs ?? clock.now()) - durationMs(duration))
  const fromMs = start === undefined ? backMs : Date.parse(start)
  if (fromMs !== undefined && toMs !== undefined && fromMs > toMs)
    throw new Fault('INVALID_REQUEST', 'start lies after end.')
  return { ...rest, fromMs, toMs }
}

export const auditEntry = ({ previousHash, tenant, ...entry }: AuditEntry): WireEntry => ({
  ...entry,
  tenant_id: tenant,
  previous_hash: previousHash,
})
