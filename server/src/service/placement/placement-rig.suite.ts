import type { Decision } from '@aiops/contract/model/decision'
import { hourly } from '@aiops/contract/model/money'
import type { ProviderReading } from '@aiops/contract/model/provider'
import { isoTime, ManualClock } from '../../kernel/clock.ts'
import { silentLog } from '../../kernel/log.ts'
import { createMetrics } from '../../kernel/metric.ts'
import { seededRandom } from '../../kernel/random.ts'
import type { EventBus } from '../../port/event-bus.ts'
import type { RecordStore } from '../../port/record-store.ts'
import { PlacementConfig } from './config.ts'
import type { Candidate, DecisionInput } from './decision/decision-input.ts'
import {
  createPlacements,
  type PlacementDeps,
  type PlacementSample,
  type Proposal,
  type SeriesHistory,
} from './index.ts'

export const startMs = 1_800_000_000_000

export const readingOf = (
  provider: string,
  more: Partial<ProviderReading> & { cost?: number } = {},
): ProviderReading => {
  const { cost, ...rest } = more
  return {
    ...{
      service: 'cart',
      provider,
      latency_ms: 100,
      credits: 0.5,
      available_gpus: 2,
      region: 'eu-1',
      instance: 'm5',
    },
    ...{ cost_hourly_usd: hourly(cost ?? 1), at: isoTime(startMs), source: 'test', ...rest },
  }
}

/** A window that is flat but for a little, so that draws differ. */
export function candidateOf(reading: ProviderReading, steps = 24): Candidate {
  const column = (value: number | null): Float64Array | null =>
    value === null ? null : Float64Array.from({ length: steps }, (_, at) => value * (1 + 0.02 * Math.sin(at)))
  const { cost_hourly_usd: cost, latency_ms: latency, credits, available_gpus: gpus } = reading
  return { reading, staleSeconds: null, columns: [cost, latency, credits, gpus].map(column) }
}

/** By default aws at $1/h and alibaba at half of it, everything in favour of a move. */
export function inputOf(more: Partial<DecisionInput> = {}): DecisionInput {
  return {
    ...{ service: 'cart', atMs: startMs, seed: 7, current: 'aws', sinceMs: startMs - 86_400_000 },
    candidates: [candidateOf(readingOf('aws')), candidateOf(readingOf('alibaba', { cost: 0.5 }))],
    rules: PlacementConfig.parse({}).defaults,
    regret: { atMs: startMs, byProvider: { alibaba: 5 } },
    guard: guardOf(),
    ...{ emergency: null, out: new Set(), hypothetical: false },
    calibration: () => ({ outcomes: 0, hit_rate: null }),
    ...more,
  }
}
export const guardOf = (more: Partial<DecisionInput['guard']> = {}): DecisionInput['guard'] => ({
  ...{ lastProposalMs: null, droppedUntilMs: {}, movesLastHour: 0, serviceMovesLastDay: 0, incidents: [] },
  ...{ budgetFrozen: null, prices: { fresh: true, detail: 'fresh' }, killSwitch: null, openDeployment: null },
  ...more,
})

/** The whole service on a database of its own, a clock that stands still and a metric store that is a list. */
export async function openRig(
  adapters: { records(path: string): Promise<RecordStore>; bus(): EventBus },
  path: string,
  settings: Record<string, unknown> = {},
  clock = new ManualClock(startMs),
  samples: PlacementSample[] = [],
) {
  const config = PlacementConfig.parse(settings)
  const records = await adapters.records(path)
  const metrics = createMetrics()
  const bus = adapters.bus()
  const decisions: Decision[] = []
  const proposals: Proposal[] = []
  const world = {
    incidents: new Map<string, { id: string; name: string }[]>(),
    proposing: async () => {},
    killSwitch: null as string | null,
    file: '',
    egress: undefined as { gibUsd: number; source: string } | undefined,
    egressAsked: [] as string[],
  }
  bus.subscribe('events', 'test', (event) => {
    if (event.event_type === 'DECISION_MADE') decisions.push(event.payload)
  })
  const deps: PlacementDeps = {
    ...{ clock, random: seededRandom(1), metrics, log: silentLog, bus, repository: records.placements },
    tenants: ['default', 'other'],
    files: { read: async () => world.file },
    history: async (tenant, selector, range) =>
      historyOf(tenant === 'default' ? samples : [], selector, range),
    newest: async (tenant) => (tenant === 'default' ? newestOf(samples) : []),
    async write(_, some) {
      samples.push(...some)
      return { rejected: 0, reason: '' }
    },
    incidents: async () => world.incidents,
    ...{
      prices: () => ({ fresh: true, detail: 'fresh' }),
      budgetFrozen: () => null,
      killSwitch: () => world.killSwitch,
    },
    async egress(_, { provider, region }) {
      world.egressAsked.push(`${provider} ${region}`)
      return world.egress
    },
    async propose(_, proposal) {
      proposals.push(proposal)
      await world.proposing()
      return { deploymentId: `deployment-${proposal.decisionId}` }
    },
  }
  const placements = createPlacements(deps, config)
  await placements.start()
  return { placements, records, bus, clock, decisions, proposals, world, samples, path, metrics }
}
export type Rig = Awaited<ReturnType<typeof openRig>>

function newestOf(samples: readonly PlacementSample[]): PlacementSample[] {
  const found = new Map<string, PlacementSample>()
  for (const sample of samples) found.set(JSON.stringify(sample.labels), sample)
  return [...found.values()]
}

/** A selector's service and provider are honoured; the newest sample of each step within 5 minutes, as PromQL has it. */
function historyOf(
  samples: readonly PlacementSample[],
  selector: string,
  { startMs: from, endMs, stepMs }: { startMs: number; endMs: number; stepMs: number },
): SeriesHistory[] {
  const names = /__name__=~"([^"]*)"/.exec(selector)?.[1] ?? /^\w+/.exec(selector)?.[0] ?? ''
  const wanted = new RegExp(`^(?:${names})$`)
  const series = new Map<string, { labels: Record<string, string>; points: [number, number][] }>()
  for (const { labels, timeMs, value } of samples) {
    if (!wanted.test(labels.__name__ ?? '')) continue
    const key = JSON.stringify(labels)
    const one = series.get(key) ?? { labels, points: [] }
    one.points.push([timeMs, value])
    series.set(key, one)
  }
  return [...series.values()].map(({ labels, points }) => {
    const timesMs: number[] = []
    const values: number[] = []
    for (let at = from; at <= endMs; at += stepMs) {
      const found = points.findLast(([time]) => time <= at && time > at - 300_000)
      if (!found) continue
      timesMs.push(at)
      values.push(found[1])
    }
    return { labels, timesMs, values }
  })
}
