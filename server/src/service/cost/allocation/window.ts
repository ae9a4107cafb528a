import { durationMs } from '@aiops/contract/model/time'
import { Fault } from '../../../kernel/fault.ts'

export type Window = { startMs: number; endMs: number }
/** A window in steps of `resolutionMs`, whose amounts come in sets of `stepMs`; all aligned to whole resolutions since 1970. */
export type Grid = Window & { resolutionMs: number; stepMs: number }

const [minuteMs, hourMs, dayMs, weekMs] = [60_000, 3_600_000, 86_400_000, 604_800_000]
const windowMsMin = 5 * minuteMs
const windowMsMax = 32 * dayMs
/** Sets that one answer may have. */
const setsMax = 2_000
/** Steps that may be asked for with a resolution of one's own: 31 days of minutes. */
const samplesHardMax = 46_080
const resolutions = [1, 2, 3, 5, 6, 10, 12, 15, 20, 30, 60, 120, 240].map((minutes) => minutes * minuteMs)

/**
 * The forms of a window that OpenCost takes: today, yesterday, week, lastweek, month, lastmonth, 45m, 24h, 7d, 2w, `24h offset 1d`, two RFC
 * 3339 times or two Unix times in seconds. Weeks begin on Sunday, all in UTC. A window of hours or days ends with the hour or day that
 * goes on now. Source: opencost, core/pkg/opencost/window.go.
 */
export function parseWindow(text: string, nowMs: number): Window {
  const today = Math.floor(nowMs / dayMs) * dayMs
  const week = today - new Date(today).getUTCDay() * dayMs
  const now = new Date(nowMs)
  const month = (back: number): number => Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back, 1)
  const words: Record<string, Window> = {
    today: { startMs: today, endMs: today + dayMs },
    yesterday: { startMs: today - dayMs, endMs: today },
    week: { startMs: week, endMs: nowMs },
    lastweek: { startMs: week - weekMs, endMs: week },
    month: { startMs: month(0), endMs: nowMs },
    lastmonth: { startMs: month(1), endMs: month(0) },
  }
  if (Object.hasOwn(words, text)) return words[text]!
  const back = /^(\d{1,6})([mhdw])(?: offset (\d{1,6})([mhdw]))?$/.exec(text)
  if (back) return backFrom(nowMs, back)
  const unix = /^(\d{1,11})[,-](\d{1,11})$/.exec(text)
  const times = unix
    ? [Number(unix[1]) * 1_000, Number(unix[2]) * 1_000]
    : text.split(',').map((part) => Date.parse(part))
  const [startMs = Number.NaN, endMs = Number.NaN] = times
  if (times.length !== 2 || !(endMs > startMs))
    throw new Fault(
      'INVALID_REQUEST',
      `${JSON.stringify(text.slice(0, 100))} is no window: write today, yesterday, week, lastweek, month, lastmonth, 7d, 24h, or two times with a comma between.`,
    )
  return { startMs, endMs }
}

const unitMs: Record<string, number> = { m: minuteMs, h: hourMs, d: dayMs, w: weekMs }

function backFrom(nowMs: number, [, count, unit = 'm', offset, offsetUnit = 'm']: RegExpExecArray): Window {
  const each = unitMs[unit]!
  const lengthMs = Number(count) * each
  if (offset !== undefined) {
    const endMs = nowMs - Number(offset) * unitMs[offsetUnit]!
    return { startMs: endMs - lengthMs, endMs }
  }
  const whole = unit === 'w' ? dayMs : each
  const endMs = (Math.floor(nowMs / whole) + 1) * whole
  return { startMs: endMs - lengthMs, endMs }
}

/** A duration of a parameter in ms; throws INVALID_REQUEST. */
export function stepMsOf(name: string, text: string): number {
  const ms = durationMs(text)
  if (!(ms > 0)) throw new Fault('INVALID_REQUEST', `${name} must be a duration such as 5m, 1h or 1d.`)
  return ms
}

/**
 * The steps that a window is computed in: the finest resolution from `finestMs` on that needs at most `samplesMax` of them, unless one is
 * asked for. Ends that lie within a step are left out; what lies after `nowMs` has not happened.
 */
export function gridOf(
  window: Window,
  ask: { stepMs?: number | undefined; resolutionMs?: number | undefined },
  limits: { finestMs: number; samplesMax: number; nowMs: number },
): Grid {
  const lengthMs = Math.min(window.endMs, limits.nowMs) - window.startMs
  if (window.endMs - window.startMs > windowMsMax)
    throw new Fault('QUERY_TOO_LARGE', 'A window is 31 days at most; ask for less at once.')
  const step = ask.stepMs ?? 0
  const fits = (ms: number): boolean => step === 0 || step % ms === 0
  const wanted =
    ask.resolutionMs ??
    resolutions.find((ms) => ms >= limits.finestMs && fits(ms) && lengthMs / ms <= limits.samplesMax) ??
    (step > 0 ? step : resolutions.at(-1)!)
  const resolutionMs = Math.max(wanted, limits.finestMs)
  const startMs = Math.floor(window.startMs / resolutionMs) * resolutionMs
  const endMs = Math.floor(Math.min(window.endMs, limits.nowMs) / resolutionMs) * resolutionMs
  if (endMs - startMs > samplesHardMax * resolutionMs)
    throw new Fault(
      'QUERY_TOO_LARGE',
      `The window has more than ${samplesHardMax} steps of the resolution; take a longer one.`,
    )
  if (window.endMs - window.startMs < windowMsMin)
    throw new Fault('INVALID_REQUEST', 'A window is 5 minutes at least.')
  const stepMs = step === 0 ? Math.max(resolutionMs, endMs - startMs) : step
  if (stepMs % resolutionMs !== 0)
    throw new Fault('INVALID_REQUEST', 'step must be a multiple of the resolution.')
  if ((endMs - startMs) / stepMs > setsMax)
    throw new Fault('QUERY_TOO_LARGE', `The window has more than ${setsMax} steps; take a longer step.`)
  return { startMs, endMs: Math.max(startMs, endMs), resolutionMs, stepMs }
}
