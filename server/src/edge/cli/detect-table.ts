import { Fault } from '../../kernel/fault.ts'
import { createSeriesDetector, type DetectConfig } from '../../pipeline/detect/index.ts'
import { cellsOf, numberOf, quoted, timeOf } from './csv-row.ts'

/**
 * One CSV file of `timestamp,value` or `timestamp,<metric>,<metric>…`, row by row to its judged form: `push` takes a line without
 * its line break and gives the output line, the first one being the header. Cells are echoed as they were written.
 */
export class DetectTable {
  readonly #source: string
  readonly #config: DetectConfig
  #names: string[] | undefined
  #detector: ReturnType<typeof createSeriesDetector> | undefined
  #line = 0
  rows = 0
  anomalousRows = 0

  constructor(source: string, config: DetectConfig) {
    this.#source = source
    this.#config = config
  }

  /** undefined for an empty line. Throws INVALID_REQUEST naming the line. */
  push(text: string): string | undefined {
    this.#line += 1
    const line = this.#line === 1 && text.startsWith('\ufeff') ? text.slice(1) : text
    if (line.trim() === '') return undefined
    const cells = cellsOf(line)
    if (!this.#names) return this.#open(cells)
    return this.#judge(cells, this.#names)
  }

  /** Called after the last line: a file without a header is refused. */
  end(): void {
    if (!this.#names)
      throw this.#fault('it is empty; the first line must be a header such as timestamp,value', 1)
  }

  #open(cells: string[]): string {
    const [first, ...names] = cells.map((cell) => cell.trim())
    if (first?.toLowerCase() !== 'timestamp' || names.length === 0)
      throw this.#fault('the header must be timestamp,value or timestamp,<metric>,<metric>…', this.#line)
    if (names.some((name) => name === '')) throw this.#fault('a column of the header has no name', this.#line)
    this.#names = names
    this.#detector = createSeriesDetector(names.length, this.#config)
    return names.length === 1
      ? 'timestamp,value,anomaly_score,is_anomaly,tier'
      : 'timestamp,anomaly_score,is_anomaly,top_metric'
  }

  #judge(cells: string[], names: readonly string[]): string {
    if (cells.length !== names.length + 1)
      throw this.#fault(`${cells.length} cells where the header has ${names.length + 1}`, this.#line)
    const [stamp = '', ...texts] = cells
    const timeMs = timeOf(stamp)
    if (Number.isNaN(timeMs)) throw this.#fault(`"${stamp}" is neither a number nor a date`, this.#line)
    const values = texts.map((text) => this.#valueOf(text))
    const row = this.#detector?.push(timeMs, values)
    if (!row) throw this.#fault('a row came before the header', this.#line)
    this.rows += 1
    if (row.isAnomaly) this.anomalousRows += 1
    const judged = `${row.score.toFixed(6)},${row.isAnomaly ? 1 : 0}`
    if (names.length === 1) return `${quoted(stamp)},${texts[0]},${judged},${row.tier}`
    return `${quoted(stamp)},${judged},${quoted(row.score > 0 ? (names[row.top] ?? '') : '')}`
  }

  #valueOf(text: string): number {
    const value = numberOf(text)
    if (value === undefined) throw this.#fault(`"${text}" is not a number`, this.#line)
    return value
  }

  #fault(reason: string, line: number): Fault {
    return new Fault('INVALID_REQUEST', `${this.#source}, line ${line}: ${reason}.`)
  }
}
