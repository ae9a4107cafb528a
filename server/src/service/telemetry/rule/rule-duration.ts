const units: readonly (readonly [string, number])[] = [
  ['y', 31_536_000_000],
  ['w', 604_800_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
]
const form = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/

/** Milliseconds of a duration as Prometheus' files write it (`1h30m`, units in falling order, `0`); NaN for none. */
export function ruleDurationMs(text: string): number {
  if (text === '0') return 0
  const found = text === '' ? null : form.exec(text)
  if (!found) return Number.NaN
  return units.reduce((sum, [, ms], at) => sum + Number(found[at + 1] ?? 0) * ms, 0)
}

/** As Prometheus writes durations: whole weeks and years only where nothing is left over. */
export function ruleDurationText(ms: number): string {
  if (ms === 0) return '0s'
  let left = Math.abs(ms)
  let text = ms < 0 ? '-' : ''
  for (const [unit, size] of units) {
    if ((unit === 'y' || unit === 'w') && left % size !== 0) continue
    const amount = Math.floor(left / size)
    if (amount > 0) text += `${amount}${unit}`
    left -= amount * size
  }
  return text
}
