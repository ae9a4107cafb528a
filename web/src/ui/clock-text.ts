/** Texts of a moment. Local for reading, UTC for comparing with other people and other systems. */

const pad = (n: number, width = 2): string => String(n).padStart(width, '0')

/** 2026-11-21 01:52:07.123 UTC */
export function utcText(ms: number): string {
  const d = new Date(ms)
  if (Number.isNaN(d.getTime())) return ''
  const iso = d.toISOString()
  return `${iso.slice(0, 10)} ${iso.slice(11, 23).replace(/\.000$/, '')} UTC`
}

/** The zone that local times are of: its name, and how far from UTC it is at that moment (`UTC`, `UTC+1`, `UTC+5:30`). */
export function localZone(ms: number): { name: string; text: string } {
  const minutes = -new Date(ms).getTimezoneOffset()
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60]
  const offset = `${minutes < 0 ? '-' : '+'}${hours}${rest === 0 ? '' : `:${pad(rest)}`}`
  return {
    name: Intl.DateTimeFormat().resolvedOptions().timeZone,
    text: minutes === 0 ? 'UTC' : `UTC${offset}`,
  }
}

/** Local time; the date only when it is not today's. */
export function localText(ms: number, nowMs: number): string {
  const d = new Date(ms)
  if (Number.isNaN(d.getTime())) return ''
  const clock = `${pad(d.getHours())}:${pad(d.getMinutes())}:${pad(d.getSeconds())}`
  return sameDay(d, new Date(nowMs))
    ? clock
    : `${d.getFullYear()}-${pad(d.getMonth() + 1)}-${pad(d.getDate())} ${clock}`
}

/** Local time with milliseconds, for logs and spans. */
export function preciseText(ms: number, nowMs: number): string {
  return `${localText(ms, nowMs)}.${pad(new Date(ms).getMilliseconds(), 3)}`
}

/** `2026-03-29T02:30:00` of the browser's zone, as a field of the kind `datetime-local` takes it. */
export function fieldText(ms: number): string {
  return new Date(ms - new Date(ms).getTimezoneOffset() * 60_000).toISOString().slice(0, 19)
}

/** How long ago, coarsely: just now, 42 s ago, 6 min ago, 3 h ago, 2 d ago. */
export function agoText(ms: number, nowMs: number): string {
  const seconds = Math.round((nowMs - ms) / 1_000)
  if (seconds < -1) return `in ${coarse(-seconds)}`
  if (seconds < 3) return 'just now'
  return `${coarse(seconds)} ago`
}

function coarse(seconds: number): string {
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h`
  return `${Math.floor(seconds / 86_400)} d`
}

const sameDay = (a: Date, b: Date): boolean =>
  a.getFullYear() === b.getFullYear() && a.getMonth() === b.getMonth() && a.getDate() === b.getDate()
