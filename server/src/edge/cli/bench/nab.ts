import { readdir, readFile } from 'node:fs/promises'
import { basename, join, relative, sep } from 'node:path'
import { type DetectConfig, detectSeries } from '../../../pipeline/detect/index.ts'
import { timeOf } from '../csv-row.ts'
import { csvRows } from './csv.ts'
import { stretchesOf } from './event-score.ts'
import {
  type NabFile,
  type NabPlace,
  type NabProfile,
  type NabResult,
  nabPlace,
  nabProfiles,
  nabScore,
} from './nab-score.ts'

export type NabSeries = NabFile & { values: number[] }
export type NabJudged = NabPlace & {
  name: string
  scores: Float64Array
  told: Uint8Array
  /** Anomalies told that touch no labelled window, the probation included. */
  falseTold: number
  /** Of the whole file. */
  daysAll: number
}
export type NabTable = Record<NabProfile, NabResult>

/** Score at which a row counts as anomalous as shipped. */
export const shippedThreshold = 0.5
const dayMs = 86_400_000

/** `data/**\/*.csv` with `labels/combined_windows.json`, as the benchmark's repository has them. */
export async function readNab(folder: string): Promise<NabSeries[]> {
  const labels = JSON.parse(
    await readFile(join(folder, 'labels', 'combined_windows.json'), 'utf8'),
  ) as Record<string, string[][]>
  const root = join(folder, 'data')
  const files = (await readdir(root, { recursive: true })).filter((name) => name.endsWith('.csv')).toSorted()
  const series: NabSeries[] = []
  for (const file of files) {
    const name = relative('.', file).split(sep).join('/')
    const windows = labels[name] ?? labels[basename(name)]
    if (!windows) continue
    const [header = [], ...rows] = csvRows(await readFile(join(root, file), 'utf8'))
    const at = Math.max(0, header.indexOf('timestamp'))
    const value = header.indexOf('value') < 0 ? 1 : header.indexOf('value')
    series.push({
      name,
      windows,
      stamps: rows.map((cells) => cells[at] ?? ''),
      values: rows.map((cells) => Number(cells[value])),
    })
  }
  return series
}

export function judgeNab(series: readonly NabSeries[], config: DetectConfig): NabJudged[] {
  return series.map((file) => {
    const timesMs = file.stamps.map(timeOf)
    const judged = detectSeries(timesMs, file.values, config)
    const place = nabPlace(file)
    const told = Uint8Array.from(judged, ({ isAnomaly }) => (isAnomaly ? 1 : 0))
    const labelled = (row: number): boolean => (place.window[row] as number) >= 0
    const falseTold = stretchesOf(told).filter(({ from, to }) => {
      for (let row = from; row <= to; row += 1) if (labelled(row)) return false
      return true
    }).length
    return {
      ...place,
      name: file.name,
      scores: Float64Array.from(judged, ({ score }) => score),
      told,
      falseTold,
      daysAll: Math.max(1e-9, ((timesMs.at(-1) ?? 0) - (timesMs[0] ?? 0)) / dayMs),
    }
  })
}

/** Every profile at its best threshold on these files, at the shipped one, and for the anomalies that would have been told. */
export function nabTables(judged: readonly NabJudged[]): {
  best: NabTable
  shipped: NabTable
  told: NabTable
} {
  const begun = judged.map((file) => ({
    ...file,
    scores: file.told.map((told, row) => (told && !file.told[row - 1] ? 1 : 0)),
  }))
  return {
    best: tableOf((profile) => nabScore(judged, profile)),
    shipped: tableOf((profile) => nabScore(judged, profile, shippedThreshold)),
    told: tableOf((profile) => nabScore(begun, profile, shippedThreshold)),
  }
}

const tableOf = (of: (profile: NabProfile) => NabResult): NabTable =>
  Object.fromEntries(
    Object.keys(nabProfiles).map((profile) => [profile, of(profile as NabProfile)]),
  ) as NabTable
