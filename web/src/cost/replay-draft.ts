import type { ReplayBody } from './use-cost.ts'

/** How far back is decided again, in hours. */
export const replayHours = { '1h': 1, '6h': 6, '24h': 24, '7d': 168, '30d': 720 } as const
export type ReplayPeriod = keyof typeof replayHours

export const replayFactors = ['COST', 'LATENCY', 'CREDITS', 'AVAILABILITY'] as const

/** Weights in per cent as they are typed; they count only where `ownWeights` is set. */
export type ReplayDraft = {
  period: ReplayPeriod
  ownWeights: boolean
  weights: Record<(typeof replayFactors)[number], string>
}

/** The weights that are shipped, to begin with. */
export const firstReplay: ReplayDraft = {
  ...{ period: '24h', ownWeights: false },
  weights: { COST: '40', LATENCY: '25', CREDITS: '20', AVAILABILITY: '15' },
}

/** undefined: a weight is no share, or all of them are 0. */
export function replayOf(
  { period, ownWeights, weights }: ReplayDraft,
  nowMs: number,
): ReplayBody | undefined {
  const span = {
    start: new Date(nowMs - replayHours[period] * 3_600_000).toISOString(),
    end: new Date(nowMs).toISOString(),
  }
  if (!ownWeights) return span
  const shares = replayFactors.map((factor) => shareOf(weights[factor]))
  const [COST, LATENCY, CREDITS, AVAILABILITY] = shares
  if (COST === undefined || LATENCY === undefined || CREDITS === undefined || AVAILABILITY === undefined)
    return undefined
  if (COST + LATENCY + CREDITS + AVAILABILITY === 0) return undefined
  return { ...span, weights: { COST, LATENCY, CREDITS, AVAILABILITY } }
}

function shareOf(text: string): number | undefined {
  const value = text.trim() === '' ? 0 : Number(text)
  return Number.isFinite(value) && value >= 0 && value <= 100 ? value / 100 : undefined
}
