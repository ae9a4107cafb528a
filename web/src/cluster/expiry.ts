/** As long before their end the registry warns. */
const soonMs = 7 * 86_400_000

export function expiryOf(at: string | null, nowMs: number): 'NEVER' | 'FAR' | 'SOON' | 'OVER' {
  if (at === null) return 'NEVER'
  const leftMs = Date.parse(at) - nowMs
  return leftMs <= 0 ? 'OVER' : leftMs < soonMs ? 'SOON' : 'FAR'
}
