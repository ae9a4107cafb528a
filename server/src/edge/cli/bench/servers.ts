import { readdir, readFile } from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { createSeriesDetector, type DetectConfig } from '../../../pipeline/detect/index.ts'
import { csvRows } from './csv.ts'
import { type EventScore, eventScore } from './event-score.ts'

/** Several metrics of one machine: a stretch without labels that teaches, and one with them. */
export type ServerSet = {
  name: string
  columns: string[]
  history: number[][]
  rows: number[][]
  labels: number[]
}
export type JudgedRows = { marks: Uint8Array; tops: number[][]; scores: Float64Array }

/** Files hold rows in order without times; a minute apart is what such recordings have. */
const stepMs = 60_000
const startMs = 1_700_000_000_000
const labelled = /^(.+)_test_label[.]csv([.]gz)?$/
const unzip = promisify(gunzip)

/** `NAME_test_label.csv[.gz]` beside `NAME_test.csv[.gz]`, and `NAME_train.csv[.gz]` where there is one. */
export async function readServers(folder: string): Promise<ServerSet[]> {
  const sets: ServerSet[] = []
  for (const file of (await readdir(folder, { recursive: true })).toSorted()) {
    const found = labelled.exec(basename(file))
    if (!found) continue
    const [, stem = '', zipped = ''] = found
    const of = (part: string) => join(folder, dirname(file), `${stem}_${part}.csv${zipped}`)
    const [header = [], ...rows] = await cellsOf(of('test'))
    const history = (await cellsOf(of('train')).catch(() => [])).slice(1)
    const [, ...labels] = await cellsOf(of('test_label'))
    sets.push({
      name: relative(folder, join(folder, dirname(file), stem)),
      columns: header,
      history: history.map(numbersOf),
      rows: rows.map(numbersOf),
      labels: labels.map((cells) => Number(cells.at(-1))),
    })
  }
  return sets
}

/** The rows as the detector that runs live has them, its history first. */
export function judgeRows(
  { columns, history, rows }: Pick<ServerSet, 'columns' | 'history' | 'rows'>,
  config: DetectConfig,
): JudgedRows {
  const detector = createSeriesDetector(columns.length, config)
  let atMs = startMs
  for (const row of history) {
    detector.push(atMs, row)
    atMs += stepMs
  }
  const marks = new Uint8Array(rows.length)
  const scores = new Float64Array(rows.length)
  const tops: number[][] = []
  for (let i = 0; i < rows.length; i += 1) {
    const judged = detector.push(atMs, rows[i] as number[])
    marks[i] = judged.isAnomaly ? 1 : 0
    scores[i] = judged.score
    tops.push([...judged.ranking])
    atMs += stepMs
  }
  return { marks, tops, scores }
}

export function scoreServers(sets: readonly ServerSet[], config: DetectConfig) {
  const files = sets.map((set) => ({
    name: set.name,
    ...eventScore(set.labels, judgeRows(set, config).marks),
  }))
  const mean = (of: (file: EventScore) => number): number =>
    files.reduce((sum, file) => sum + of(file), 0) / Math.max(1, files.length)
  return { event_f1: mean((file) => file.eventF1), composite_f1: mean((file) => file.compositeF1), files }
}

async function cellsOf(file: string): Promise<string[][]> {
  const bytes = await readFile(file)
  return csvRows((file.endsWith('.gz') ? await unzip(bytes) : bytes).toString('utf8'))
}

const numbersOf = (cells: string[]): number[] =>
  cells.map((cell) => (cell.trim() === '' ? Number.NaN : Number(cell)))
