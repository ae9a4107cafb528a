import { isoTime } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import { cellsOf, numberOf, timeOf } from './csv-row.ts'

/** Of one file: older rows are not looked at anyway. */
const rowsMax = 5_000_000

/** One CSV file of `timestamp,value`, row by row. Throws INVALID_REQUEST naming the line. */
export class ForecastTable {
  readonly #source: string
  #line = 0
  #hasHeader = false
  readonly times: number[] = []
  readonly values: number[] = []
  /** Writes a time in the form of the last one that was read. */
  written: (timeMs: number) => string = isoTime

  constructor(source: string) {
    this.#source = source
  }

  push(text: string): void {
    this.#line += 1
    const line = this.#line === 1 && text.startsWith('\ufeff') ? text.slice(1) : text
    if (line.trim() === '') return
    const cells = cellsOf(line)
    if (this.#hasHeader) this.#take(cells)
    else this.#open(cells)
  }

  /** Called after the last line. */
  end(): void {
    if (!this.#hasHeader) throw this.#fault('it is empty; the first line must be timestamp,value')
    if (this.times.length < 2) throw this.#fault('a forecast needs at least two rows')
  }

  #take(cells: readonly string[]): void {
    const [stamp = '', value = ''] = cells
    if (cells.length !== 2) throw this.#fault(`${cells.length} cells where the header has 2`)
    const timeMs = timeOf(stamp)
    if (Number.isNaN(timeMs)) throw this.#fault(`"${stamp}" is neither a number nor a date`)
    const number = numberOf(value)
    if (number === undefined) throw this.#fault(`"${value}" is not a number`)
    if (timeMs < (this.times.at(-1) ?? timeMs))
      throw this.#fault(`${stamp} is earlier than the row before: rows must be in order of time`)
    if (this.times.length === rowsMax) throw this.#fault(`there are more than ${rowsMax} rows`)
    this.times.push(timeMs)
    this.values.push(number)
    this.written = formOf(stamp)
  }

  #open(cells: string[]): void {
    const [first, ...names] = cells.map((cell) => cell.trim())
    if (first?.toLowerCase() !== 'timestamp' || names.length === 0)
      throw this.#fault('the header must be timestamp,value')
    if (names.length > 1)
      throw this.#fault(
        `it has ${names.length} columns of values; a forecast is of one: keep timestamp and one column`,
      )
    this.#hasHeader = true
  }

  #fault(reason: string): Fault {
    return new Fault('INVALID_REQUEST', `${this.#source}, line ${Math.max(1, this.#line)}: ${reason}.`)
  }
}

/** How a time was written: as a number of seconds, milliseconds, … or as a date with or without zone and fraction. */
export function formOf(stamp: string): (timeMs: number) => string {
  const text = stamp.trim()
  const size = Math.abs(Number(text))
  if (text !== '' && !Number.isNaN(size)) {
    const scale = size < 1e11 ? 1e3 : size < 1e14 ? 1 : size < 1e17 ? 1e-3 : 1e-6
    // Nanoseconds of today have more digits than a double keeps.
    if (scale < 1) return (timeMs) => String(BigInt(Math.round(timeMs)) * BigInt(Math.round(1 / scale)))
    return (timeMs) => String(Math.round((timeMs / scale) * 1e3) / 1e3)
  }
  const [, zone = ''] = /(z|[+-]\d\d:?\d\d)$/i.exec(text) ?? []
  const isDate = /^\d{4}-\d\d-\d\d([ t])\d\d:\d\d(:\d\d)?([.,]\d+)?/i.exec(text)
  if (!isDate) return isoTime
  const offsetMs = /^z?$/i.test(zone) ? 0 : offsetOf(zone)
  const digits = (isDate[3] ?? '').length > 1 ? 23 : 19
  return (timeMs) =>
    isoTime(timeMs + offsetMs)
      .slice(0, digits)
      .replace('T', isDate[1] ?? 'T') + zone
}

function offsetOf(zone: string): number {
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(-2))]
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000
}
