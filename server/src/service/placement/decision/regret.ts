/** Dollars by provider that were paid for not being there: `acc = max(0, acc + (here − there) · dt)`, facts of ski rental. */
export type Regret = { atMs: number; byProvider: Record<string, number> }

/** Gaps in telemetry count for at most this: what was not seen is not held against the place. */
const gapMsMax = 10 * 60_000

/**
 * Accumulated regret (the ski-rental argument; Borodin, Linial and Saks 1992 for more than two states): one moves once staying has cost what
 * moving costs. Never below 0, so that a good past is no licence to waste. Each provider is held against where the service is.
 */
export function accumulate(
  regret: Regret | undefined,
  nowMs: number,
  here: number | null,
  there: readonly { provider: string; rate: number | null }[],
): Regret {
  const hours = regret === undefined ? 0 : Math.min(gapMsMax, Math.max(0, nowMs - regret.atMs)) / 3_600_000
  const byProvider: Record<string, number> = {}
  for (const { provider, rate } of there) {
    const before = regret?.byProvider[provider] ?? 0
    byProvider[provider] =
      here === null || rate === null ? before : Math.max(0, before + (here - rate) * hours)
  }
  return { atMs: nowMs, byProvider }
}
