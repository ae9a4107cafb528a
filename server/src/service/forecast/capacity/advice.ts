import type { CapacityRow } from '@aiops/contract/model/forecast'

const scaleAbove = 0.7
/** Three months. */
const procureDays = 91
const renewDays = 30

/** A week, with its nights and its weekend: less history speaks of no longer than itself. */
const historyDaysMin = 7

/**
 * What to do: scale above 70 % in use, procure when 80 % is less than three months away, renew in the last month. What is
 * in use now is always said; of months ahead only a week of history speaks.
 */
export function adviceOf(
  row: Pick<
    CapacityRow,
    'kind' | 'used' | 'days_to_80' | 'days_to_full' | 'trend_per_day' | 'history_days' | 'horizon_days'
  >,
  refused: string | undefined,
): Pick<CapacityRow, 'advice' | 'reason'> {
  if (row.kind === 'CERTIFICATE') return certificateAdvice(row.days_to_full?.p50 ?? 0)
  const used = row.used ?? 0
  const [soon, late] = [row.days_to_80?.p50 ?? null, row.days_to_80?.p90 ?? null]
  const now = `${share(used)} in use`
  const isYoung = row.history_days < historyDaysMin && (soon === null || soon > row.history_days)
  if (used > scaleAbove)
    return {
      advice: 'SCALE',
      reason: `${now}, which is over ${share(scaleAbove)}${isYoung ? '' : fullText(row.days_to_full)}.`,
    }
  if (isYoung)
    return {
      advice: 'UNKNOWN',
      reason: `${now}; not enough history yet: ${ageText(row.history_days)} of ${historyDaysMin} days.`,
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

/** Never as much as is asked for, since it is less. */
function ageText(days: number): string {
  const minutes = Math.floor(days * 1_440)
  if (minutes < 120) return `${minutes} min`
  return minutes < 2_880 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 1_440)} days`
}

function daysText(days: number): string {
  if (days < 2) return `${Math.max(1, Math.round(days * 24))} h`
  return `${Math.round(days)} days`
}
