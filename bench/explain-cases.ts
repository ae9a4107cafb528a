import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readCaseTable } from '../server/src/edge/cli/explain-table.ts'
import type { ExplainCase, ExplainResult, LabelledCase } from '../server/src/pipeline/explain/index.ts'

export type { LabelledCase } from '../server/src/pipeline/explain/index.ts'
export { cutBefore, simulatedCases, simulatedPairs } from '../server/src/pipeline/explain/index.ts'

type Truth = Record<string, { root_cause_service: string | string[] }>
type About = { inject_time: number; target_service?: string; target_metric?: string; interval_s?: number }

/** Every labelled case below `data`, as if noticed that much later. */
export function recordedCases(data: string, lateMs = 0): LabelledCase[] {
  if (!existsSync(data)) return []
  const sets = readdirSync(data, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  return sets.flatMap(({ name: set }) => {
    const truth = JSON.parse(readFileSync(join(data, set, 'truth.dev.json'), 'utf8')) as Truth
    return Object.entries(truth).map(([id, { root_cause_service }]) => ({
      set,
      input: readCase(join(data, set, id), lateMs),
      truth: [root_cause_service].flat().map((service) => service.toLowerCase()),
    }))
  })
}

function readCase(folder: string, lateMs: number): ExplainCase {
  const about = JSON.parse(readFileSync(join(folder, 'case.json'), 'utf8')) as About
  const topology = join(folder, 'topology.json')
  const edges = existsSync(topology)
    ? (JSON.parse(readFileSync(topology, 'utf8')) as { edges: [string, string][] }).edges
    : []
  const table = readCaseTable(
    readFileSync(join(folder, 'metrics.csv'), 'utf8'),
    about.interval_s,
    new Set(edges.flat()),
  )
  return {
    ...table,
    edges,
    detectedAtMs: about.inject_time * 1_000 + lateMs,
    symptoms:
      about.target_service === undefined
        ? []
        : [{ entity: about.target_service, metric: about.target_metric }],
  }
}

/** Place of the first true cause, from 0; −1 where it is not named. */
export const placeOf = ({ ranked }: ExplainResult, truth: readonly string[]): number =>
  ranked.findIndex((cause) => truth.includes(cause.entity.toLowerCase()))

export const rounded = (value: number, digits = 3): number => Number(value.toFixed(digits))
