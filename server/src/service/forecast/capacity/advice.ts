import type { CapacityRow } from '@aiops/contract/model/forecast'

const scaleAbove = 0.7
/** Three months. */
const procureDays = 91
const renewDays = 30

/** What to do: scale above 70 % in use, procure when 80 % is less than three months away, renew in the last month. */
export function adviceOf(
  row: Pick<CapacityRow, 'kind' | 'used' | 'days_to_80' | 'days_to_full' | 'trend_per_day' | 'horizon_days'>,
  refused: string | undefined,
): Pick<CapacityRow, 'advice' | 'reason'> {
  if (row.kind === 'CERTIFICATE') return certificateAdvice(row.days_to_full?.p50 ?? 0)
  const used = row.used ?? 0
  const [soon, late] = [row.days_to_80?.p50 ?? null, row.days_to_80?.p90 ?? null]
  const now = `${share(used)} in use`
  if (used > scaleAbove)
    return {
      advice: 'SCALE',
      reason: `${now}, which is over ${share(scaleAbove)}${fullText(row.days_to_full)}.`,
    }
  if (soon !== null && soon < procureDays)
    return {
      advice: 'PROCURE',
      reason: `${now}; 80 % in about ${daysText(soon)}${late === null ? '' : `, in ${daysText(late)} at the latest with nine chances in ten`}.`,
    }
  if (refused !== undefined)
    return { advice: 'UNKNOWN', reason: `${now}; where it is heading is not known: ${refused}` }
  return {
    advice: 'OK',
    reason: `${now}; 80 % is not expected within ${daysText(Math.min(soon ?? row.horizon_days, row.horizon_days))}.`,
  }
}

function certificateAdvice(left: number): Pick<CapacityRow, 'advice' | 'reason'> {
  if (left <= 0) return { advice: 'RENEW', reason: `It ended ${daysText(-left)} ago.` }
  return { advice: left < renewDays ? 'RENEW' : 'OK', reason: `It ends in ${daysText(left)}.` }
}

const fullText = (full: CapacityRow['days_to_full']): string =>
  full?.p50 ? `; full in about ${daysText(full.p50)}` : ''
const share = (value: number): string => `${Math.round(value * 100)} %`

function daysText(days: number): string {
  if (days < 2) return `${Math.max(1, Math.round(days * 24))} h`
  return `${Math.round(days)} days`
}
