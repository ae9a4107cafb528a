import type { Facts } from './fact-book.ts'
import { momentKey } from './fact-book.ts'
import type { Reading, Token } from './token.ts'

/** `under 0.1 %`, as a ratio. */
const leastShare = 0.001

type NumberToken = Extract<Token, { kind: 'number' }>
type MomentToken = Extract<Token, { kind: 'moment' }>

/** Whether the facts hold this number: in any unit of the same measure, rounded as it is written. */
export function holdsNumber(
  token: NumberToken,
  parts: readonly Facts[],
  cited: number,
  nowMs: number,
): boolean {
  if (token.per && !parts.some(({ pers }) => pers.has(token.per ?? ''))) return false
  const isCount = token.readings.some(({ measure }) => measure === '')
  // As many as are cited: "three pods [e1][e2][e3]".
  if (
    isCount &&
    token.readings.some(({ value }) => value === cited) &&
    (cited > 1 || /^one$/i.test(token.text))
  )
    return true
  return token.readings.some((reading) =>
    parts.some(
      ({ readings, timesMs }) =>
        readings.some((fact) => fact.measure === reading.measure && fits(reading, fact.value, token.hedge)) ||
        (token.ago &&
          reading.measure === 'time' &&
          timesMs.some((ms) => isAge(reading, (nowMs - ms) / 1_000))),
    ),
  )
}

function fits({ measure, value, step }: Reading, fact: number, hedge: NumberToken['hedge']): boolean {
  if (near(value, fact, step / 2)) return true
  // A long time is cut to its unit as often as it is rounded: 3 d 4 h.
  if (measure === 'time' && step >= 3_600 && fact >= value && fact < value + step) return true
  // The sign goes into the verb: "fell by 3 %".
  if (value > 0 && fact < 0 && near(value, -fact, step / 2)) return true
  if (hedge === 'APPROXIMATE') {
    const zeros = /0*$/.exec(String(Math.round(value / step)))?.[0].length ?? 0
    return near(value, fact, Math.min((step * 10 ** zeros) / 2, Math.abs(fact) * 0.05))
  }
  if (hedge === 'ABOVE') return fact >= value && value >= fact * 0.8
  // Shares that round to nothing are said to be under the least that is written.
  if (hedge === 'BELOW') return fact <= value && (value <= fact * 1.2 || (value === leastShare && fact > 0))
  return false
}

/** Half of the last digit, and what binary fractions lose. */
const near = (a: number, b: number, by: number): boolean =>
  Math.abs(a - b) <= by + 1e-9 * Math.max(Math.abs(a), Math.abs(b))

/** An age is rounded to its unit, up or down, and goes on while the answer is written. */
const isAge = ({ value, step }: Reading, ageSeconds: number): boolean =>
  Math.abs(value - ageSeconds) <= Math.max(step * (step >= 3_600 ? 1 : 0.5), 1) + 30 * Number(step >= 60)

/** Whether the facts hold this moment, as exactly as it is written. */
export function holdsMoment(token: MomentToken, parts: readonly Facts[]): boolean {
  const key = momentKey(token)
  return parts.some(({ days, timesMs }) => days.has(key) || timesMs.some((ms) => isMoment(token, ms)))
}

function isMoment({ clockMs, exactMs, year, month, day }: MomentToken, ms: number): boolean {
  const date = new Date(ms)
  if (year !== undefined && date.getUTCFullYear() !== year) return false
  if (month !== undefined && date.getUTCMonth() + 1 !== month) return false
  if (day !== undefined && date.getUTCDate() !== day) return false
  if (clockMs === undefined) return true
  const ofDay = ms % 86_400_000
  return ofDay - clockMs >= 0 ? ofDay - clockMs < exactMs : clockMs - ofDay <= exactMs / 2
}
