/** `25 min ago`, `in 2 h`: shorter than a time stamp, and what a reader counts in. */
export function relativeTime(ms: number, nowMs: number): string {
  const seconds = Math.round(Math.abs(nowMs - ms) / 1_000)
  const length =
    seconds < 90
      ? `${seconds} s`
      : seconds < 5_400
        ? `${Math.round(seconds / 60)} min`
        : seconds < 172_800
          ? `${Math.round(seconds / 3_600)} h`
          : `${Math.round(seconds / 86_400)} d`
  return nowMs >= ms ? `${length} ago` : `in ${length}`
}

const stamp = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z$/
export const isStamp = (text: string): boolean => stamp.test(text)
