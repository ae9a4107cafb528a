import { formatTime, parseTime } from './go-time.ts'
import { Moment, numeric, printed, TemplateError, type TemplateFunction, type Value } from './value.ts'

const moment = (value: Value): Moment => {
  if (value instanceof Moment) return value
  throw new TemplateError('wrong type for value; expected time.Time')
}

export const timeFunctions: Record<string, TemplateFunction> = {
  now: { args: [0, 0], run: (_, { timeMs }) => new Moment(timeMs) },
  date: {
    args: [2, 2],
    run: ([layout, time]) => {
      const at = time instanceof Moment ? time : new Moment(numeric(time!) * 1_000)
      return formatTime(at.timeMs, printed(layout!), at.zone)
    },
  },
  toDate: {
    args: [2, 2],
    run: ([layout, text]) => new Moment(parseTime(printed(text!), printed(layout!), 'UTC')),
  },
  toDateInZone: {
    args: [3, 3],
    run: ([layout, zone, text]) =>
      new Moment(parseTime(printed(text!), printed(layout!), printed(zone!)), printed(zone!)),
  },
  unixEpoch: { args: [1, 1], run: ([time]) => String(Math.floor(moment(time!).timeMs / 1_000)) },
  unixEpochMillis: { args: [1, 1], run: ([time]) => String(Math.floor(moment(time!).timeMs)) },
  unixEpochNanos: { args: [1, 1], run: ([time]) => `${BigInt(Math.round(moment(time!).timeMs * 1_000))}000` },
  unixToTime: { args: [1, 1], run: ([text]) => new Moment(epochMs(printed(text!))) },
}

/** Days, seconds, milliseconds, microseconds or nanoseconds, by the number of digits. */
function epochMs(text: string): number {
  const units: Record<number, number> = { 5: 86_400_000, 10: 1_000, 13: 1, 16: 1e-3, 19: 1e-6 }
  const unit = /^\d+$/.test(text) ? units[text.length] : undefined
  if (unit === undefined) throw new TemplateError(`unable to parse time '${text.slice(0, 64)}'`)
  return Number(text) * unit
}
