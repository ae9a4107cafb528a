/** A length of time as people say it: `40 s`, `1 min`, `3 min`, `2 h`, `3 days`. */
export function lengthOf(ms: number): string {
  const seconds = Math.round(ms / 1_000)
  if (seconds < 120 && seconds !== 60) return `${seconds} s`
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`
  const hours = Math.round(seconds / 3_600)
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`
}
