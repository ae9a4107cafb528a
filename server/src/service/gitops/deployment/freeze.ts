import { type FreezeConfig, weekdays } from './config.ts'

const dayMs = 86_400_000

/** When a freeze that is active began, or the next one begins; and when it ends. null: never again. */
export type FreezeState = { name: string; active: boolean; startMs: number | null; endMs: number | null }

export function freezeState(freeze: FreezeConfig, nowMs: number): FreezeState {
  const { name } = freeze
  const windows = freeze.from === undefined ? weekly(freeze, nowMs) : [once(freeze)]
  const next = windows.filter(({ endMs }) => endMs > nowMs).sort((a, b) => a.startMs - b.startMs)[0]
  if (!next) return { name, active: false, startMs: null, endMs: null }
  return { name, active: next.startMs <= nowMs, ...next }
}

/** Name and end of one that holds now. */
export function activeFreeze(
  freezes: readonly FreezeConfig[],
  nowMs: number,
): { name: string; endMs: number } | undefined {
  for (const freeze of freezes) {
    const { name, active, endMs } = freezeState(freeze, nowMs)
    if (active && endMs !== null) return { name, endMs }
  }
  return undefined
}

type Window = { startMs: number; endMs: number }

const once = ({ from = '', until = '' }: FreezeConfig): Window => ({
  startMs: Date.parse(from),
  endMs: Date.parse(until),
})

/** Those that begin from yesterday to eight days ahead. */
function weekly({ days, start, end, time_zone }: FreezeConfig, nowMs: number): Window[] {
  const windows: Window[] = []
  for (let ahead = -2; ahead <= 8; ahead += 1) {
    const day = localParts(nowMs + ahead * dayMs, time_zone)
    const weekday = weekdays[new Date(Date.UTC(day.year, day.month - 1, day.day)).getUTCDay()]
    if (!weekday || !days.includes(weekday)) continue
    const isNextDay = end <= start
    windows.push({
      startMs: instantOf(day, start, 0, time_zone),
      endMs: instantOf(day, end, isNextDay ? 1 : 0, time_zone),
    })
  }
  return windows
}

type Parts = { year: number; month: number; day: number; hour: number; minute: number; second: number }
const formats = new Map<string, Intl.DateTimeFormat>()

function localParts(ms: number, timeZone: string): Parts {
  let format = formats.get(timeZone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      ...{ timeZone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric' },
      ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
    })
    formats.set(timeZone, format)
  }
  const parts = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, Number(value)]))
  const of = (name: string): number => parts[name] ?? 0
  return {
    ...{ year: of('year'), month: of('month'), day: of('day') },
    ...{ hour: of('hour'), minute: of('minute'), second: of('second') },
  }
}

/** Where the clocks are put forward, a time that does not exist is the one as much later; where back, the first of the two. */
function instantOf({ year, month, day }: Parts, time: string, daysOn: number, timeZone: string): number {
  const [hour = 0, minute = 0] = time.split(':').map(Number)
  const wall = Date.UTC(year, month - 1, day + daysOn, hour, minute)
  const offsetAt = (ms: number): number => {
    const p = localParts(ms, timeZone)
    return Date.UTC(p.year, p.month - 1, p.day, p.hour, p.minute, p.second) - Math.floor(ms / 1_000) * 1_000
  }
  const before = wall - offsetAt(wall - dayMs)
  const after = wall - offsetAt(wall + dayMs)
  const fits = [before, after].filter((ms) => ms + offsetAt(ms) === wall)
  return fits.length > 0 ? Math.min(...fits) : before
}
