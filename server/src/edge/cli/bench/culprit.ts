import { type Random, seededRandom } from '../../../kernel/random.ts'
import type { DetectConfig } from '../../../pipeline/detect/index.ts'
import { judgeRows, type ServerSet } from './servers.ts'

export type Fault = { from: number; to: number; column: number; kind: FaultKind }
export type FaultKind = (typeof faultKinds)[number]
export type CulpritScore = { faults: number; told: number; top1: number; top3: number }

/** Sizes are in standard deviations of the metric's own history, so that no scale enters. */
const faultKinds = ['rise', 'fall', 'burst', 'ramp', 'noise'] as const
const faultsMax = 12
const sizeMin = 6
const sizeMax = 14
const rowsMin = 15
const rowsMax = 50
/** Rows between faults, and between a fault and what is labelled. */
const apart = 120
/** A metric that hardly ever moves has no size to speak of. */
const movedMin = 0.1

/**
 * Faults of one metric each, planted by a seeded generator into the stretches of a recording that nobody labelled. The culprit
 * is found where the metric is among the three named most often in the anomalous rows of the fault; a fault that is not told
 * counts as not found.
 */
export function scoreCulprits(sets: readonly ServerSet[], config: DetectConfig, seed: number) {
  const files = sets.map((set, i) => {
    const random = seededRandom(seed + i)
    const { rows, faults } = plantFaults(set, random)
    const { marks, tops } = judgeRows({ ...set, rows }, config)
    const score: CulpritScore = { faults: faults.length, told: 0, top1: 0, top3: 0 }
    for (const fault of faults) {
      const named = namedIn(fault, marks, tops)
      if (named.length > 0) score.told += 1
      if (named[0] === fault.column) score.top1 += 1
      if (named.slice(0, 3).includes(fault.column)) score.top3 += 1
    }
    return { name: set.name, ...score }
  })
  const sum = (of: (file: CulpritScore) => number): number =>
    files.reduce((total, file) => total + of(file), 0)
  const faults = sum((file) => file.faults)
  const told = sum((file) => file.told)
  const top1 = sum((file) => file.top1)
  const top3 = sum((file) => file.top3)
  return {
    faults,
    told: told / faults,
    top1: top1 / faults,
    top3: top3 / faults,
    top3_of_told: top3 / told,
    files,
  }
}

export function plantFaults(set: ServerSet, random: Random): { rows: number[][]; faults: Fault[] } {
  const rows = set.rows.map((row) => [...row])
  const scales = scalesOf(set)
  const columns = scales.flatMap((scale, column) => (scale > 0 ? [column] : []))
  const faults: Fault[] = []
  for (let tries = 0; tries < 400 && faults.length < faultsMax && columns.length > 0; tries += 1) {
    const length = rowsMin + Math.floor(random.next() * (rowsMax - rowsMin + 1))
    const from = apart + Math.floor(random.next() * (rows.length - length - 2 * apart))
    const to = from + length - 1
    if (from < apart || isNear(set.labels, faults, from, to)) continue
    const column = columns[Math.floor(random.next() * columns.length)] as number
    const kind = faultKinds[Math.floor(random.next() * faultKinds.length)] as FaultKind
    const size = (sizeMin + random.next() * (sizeMax - sizeMin)) * (scales[column] as number)
    for (let row = from; row <= to; row += 1)
      (rows[row] as number[])[column] =
        ((rows[row] as number[])[column] as number) +
        changeAt(kind, size, (row - from) / (length - 1), row - from, random)
    faults.push({ from, to, column, kind })
  }
  return { rows, faults: faults.toSorted((a, b) => a.from - b.from) }
}

function changeAt(kind: FaultKind, size: number, share: number, since: number, random: Random): number {
  switch (kind) {
    case 'rise':
      return size
    case 'fall':
      return -size
    case 'burst':
      return since % 5 < 2 ? size : 0
    case 'ramp':
      return size * share
    case 'noise':
      return size * (random.next() * 2 - 1)
  }
}

/** Columns by how often the anomalous rows of the fault name them. */
function namedIn({ from, to }: Fault, marks: Uint8Array, tops: readonly (readonly number[])[]): number[] {
  const counts = new Map<number, number>()
  for (let row = from; row <= to; row += 1) {
    const top = tops[row]?.[0]
    if (marks[row] && top !== undefined) counts.set(top, (counts.get(top) ?? 0) + 1)
  }
  return [...counts].toSorted((a, b) => b[1] - a[1]).map(([column]) => column)
}

/** Standard deviation of each metric's history; 0 for one that hardly moves. */
function scalesOf({ columns, history, rows }: ServerSet): number[] {
  const known = history.length > 0 ? history : rows
  return columns.map((_, column) => {
    const values = known.map((row) => row[column] as number).filter(Number.isFinite)
    const moved = values.filter((value, i) => i > 0 && value !== values[i - 1]).length
    if (moved < movedMin * values.length) return 0
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
  })
}

function isNear(labels: readonly number[], faults: readonly Fault[], from: number, to: number): boolean {
  for (let row = from - apart; row <= to + apart; row += 1) if (labels[row]) return true
  return faults.some((fault) => from <= fault.to + apart && to >= fault.from - apart)
}
