import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readCaseTable } from '../server/src/edge/cli/explain-table.ts'
import type { ExplainCase, ExplainResult } from '../server/src/pipeline/explain/index.ts'
import {
  type SimulatedFault,
  simulateCase,
  simulatedFaults,
} from '../server/src/pipeline/explain/simulated-case.ts'

/** Cases with the services at fault (none: nothing is wrong), for the benches of root causes. */
export type LabelledCase = { set: string; input: ExplainCase; truth: readonly string[] }

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

/** How much of the healthy time comes before the moment at which somebody asks though nothing is wrong. */
const askedAfter = 0.7

/** Injection times and rows are rounded: the last minute before is not known to be healthy. */
const marginMs = 60_000

/** The same system before the fault: cut off there, and asked about a moment at which nothing happened. */
export function cutBefore({ set, input }: LabelledCase): LabelledCase {
  const { startMs, detectedAtMs } = input
  const endMs = detectedAtMs - marginMs
  const series = input.series.map((one) => {
    const found = one.timesMs.findIndex((time) => time > endMs)
    const kept = found < 0 ? one.timesMs.length : found
    return { ...one, timesMs: one.timesMs.subarray(0, kept), values: one.values.subarray(0, kept) }
  })
  const asked = startMs + askedAfter * (endMs - startMs)
  return { set: `${set} before`, truth: [], input: { ...input, series, endMs, detectedAtMs: asked } }
}

const kindsOfSystem = {
  'simulated, traced': { traces: true },
  'simulated, metrics and graph': { traces: false },
  'simulated, few requests': { traces: false, fewRequests: true },
  'simulated, no graph': { traces: false, bare: true },
  'simulated, few requests, no graph': { traces: false, fewRequests: true, bare: true },
} as const

/** The same number of cases of each kind of system, faults in turn; `quiet`: nothing is wrong in any. */
export function simulatedCases(count: number, firstSeed: number, quiet = false): LabelledCase[] {
  const kinds = Object.entries(kindsOfSystem)
  return Array.from({ length: count }, (_, at) => {
    const [set, kind] = kinds[at % kinds.length]!
    const fault = simulatedFaults[Math.floor(at / kinds.length) % simulatedFaults.length]!
    return simulated(set, { bare: false, ...kind }, firstSeed + at, quiet ? undefined : fault)
  })
}

function simulated(
  set: string,
  { bare, ...kind }: { bare: boolean; traces: boolean; fewRequests?: boolean },
  seed: number,
  fault: SimulatedFault | undefined,
): LabelledCase {
  const made = simulateCase({ ...kind, seed, ...(fault ? { fault } : {}) })
  const symptoms = [{ entity: made.case.series[0]!.entity }]
  const input = bare
    ? { ...made.case, symptoms, edges: [], series: made.case.series.filter(({ peer }) => !peer) }
    : { ...made.case, symptoms }
  return { set: fault ? set : `${set}, quiet`, input, truth: made.truth ? [made.truth] : [] }
}

/** Place of the first true cause, from 0; −1 where it is not named. */
export const placeOf = ({ ranked }: ExplainResult, truth: readonly string[]): number =>
  ranked.findIndex((cause) => truth.includes(cause.entity.toLowerCase()))

export const rounded = (value: number, digits = 3): number => Number(value.toFixed(digits))
