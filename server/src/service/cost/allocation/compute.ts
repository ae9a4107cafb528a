import type { TenantId } from '@aiops/contract/model/tenant'
import { type Clock, isoTime } from '../../../kernel/clock.ts'
import { inTurns } from '../../../kernel/steps.ts'
import { Turn } from '../../../kernel/turn.ts'
import type { CostConfig } from '../config.ts'
import type { PriceShelf } from '../price/price-shelf.ts'
import type { PriceSource } from '../price/price-table.ts'
import { accumulate } from './accumulate.ts'
import { AllocationSet } from './allocation-set.ts'
import { type Chunk, type ChunkDeps, readChunk } from './chunk.ts'
import { directoryOf } from './directory.ts'
import { Grouping } from './grouping.ts'
import { merge, type Sharing, shareOut } from './share-out.ts'
import type { Tally } from './tally.ts'
import type { Grid } from './window.ts'

export type ComputeDeps = ChunkDeps & {
  clock: Clock
  prices: Pick<PriceShelf, 'table' | 'changes' | 'isStale'>
}
export type ComputeAsk = {
  grid: Grid
  aggregate: readonly string[]
  includeIdle: boolean
  shareIdle: boolean
  idleByNode?: boolean | undefined
  sharedNamespaces?: readonly string[] | undefined
}
export type ComputedSet = {
  startMs: number
  endMs: number
  tallies: Map<string, Tally>
  coveredMs: number
}
export type Computed = {
  grid: Grid
  sets: ComputedSet[]
  total: Map<string, Tally>
  sources: { name: string; asOfMs: number; stale: boolean; measured: boolean }[]
  notices: string[]
}

/** Values of a stretch that is read at once, so that no question takes long: 10,000 containers for 25 minutes by the minute. */
const valuesWanted = 2_000_000
const [countFirst, countMax] = [30, 240]

/** Costs of a grid, set by set. Others have their turn meanwhile; memory is that of one stretch and of the answer's rows. */
export async function compute(
  deps: ComputeDeps,
  config: CostConfig,
  tenant: TenantId,
  ask: ComputeAsk,
): Promise<Computed> {
  const { grid } = ask
  const grouping = new Grouping(ask.aggregate)
  const shared = new Set(ask.sharedNamespaces ?? config.shared.namespaces)
  const sharing: Sharing = {
    ...{ includeIdle: ask.includeIdle, shareIdle: ask.shareIdle, split: config.shared.split },
    idleByNode: ask.idleByNode ?? grouping.byNode,
    idleByCluster: grouping.byCluster,
  }
  const turn = new Turn(deps.clock)
  const sources = new Map<string, PriceSource>()
  const used = (source: PriceSource): void => {
    const there = sources.get(source.name)
    if (!there || there.asOfMs < source.asOfMs) sources.set(source.name, source)
  }
  const changes = await deps.prices.changes(tenant)
  const computed: Computed = { grid, sets: [], total: new Map(), sources: [], notices: [] }
  const notices = new Notices()
  let count = countFirst
  for (let startMs = grid.startMs; startMs < grid.endMs; startMs += grid.stepMs) {
    const endMs = Math.min(startMs + grid.stepMs, grid.endMs)
    const set = new AllocationSet({ startMs, endMs }, { grouping, shared, rowsMax: config.rows_max })
    for (let atMs = startMs; atMs < endMs; ) {
      const cut = Math.min(endMs, nextChange(changes, atMs, grid.resolutionMs))
      const steps = Math.min(count, Math.ceil((cut - atMs) / grid.resolutionMs))
      const stretch = { startMs: atMs, resolutionMs: grid.resolutionMs, count: steps }
      const chunk = await readChunk(deps, tenant, stretch, turn)
      const table = await deps.prices.table(tenant, atMs)
      const directory = await inTurns(directoryOf(chunk, config), turn)
      await inTurns(accumulate({ set, chunk, directory, table, used }), turn)
      notices.look(chunk)
      atMs += steps * grid.resolutionMs
      count = Math.max(1, Math.min(countMax, Math.floor(valuesWanted / Math.max(1, chunk.series))))
    }
    const tallies = shareOut(set, sharing)
    notices.lookAt(set)
    for (const tally of tallies.values()) merge(computed.total, tally)
    computed.sets.push({ startMs, endMs, tallies, coveredMs: set.coveredMs })
    if (turn.due()) await turn.give()
  }
  computed.sources = [...sources.values()].map((source) => ({
    ...source,
    stale: !source.measured && deps.prices.isStale(source.asOfMs),
  }))
  computed.notices = notices.all(computed.sources)
  return computed
}

function nextChange(changes: readonly number[], atMs: number, resolutionMs: number): number {
  const next = changes.find((time) => time > atMs)
  return next === undefined ? Number.POSITIVE_INFINITY : Math.ceil(next / resolutionMs) * resolutionMs
}

/** What a reader should know of an answer. */
class Notices {
  #containers = false
  #egress = false
  #nodes = false
  readonly #crowded = new Set<string>()
  readonly #twice = new Set<string>()

  look({ columns }: Chunk): void {
    this.#containers ||=
      columns.cpuRequest.length +
        columns.cpuUsage.length +
        columns.cpuAllocated.length +
        columns.watchedCpu.length >
      0
    this.#egress ||= columns.egress.length > 0
    this.#nodes ||= columns.nodeCpu.length > 0
  }

  lookAt(set: AllocationSet): void {
    for (const service of set.placedTwice) if (this.#twice.size < 100) this.#twice.add(service)
    for (const { node, cpuUsd, usedCpuUsd, ramUsd, usedRamUsd } of set.assets.values())
      if (this.#crowded.size < 100 && (usedCpuUsd > cpuUsd * 1.000001 || usedRamUsd > ramUsd * 1.000001))
        this.#crowded.add(node)
  }

  all(sources: Computed['sources']): string[] {
    const told: string[] = []
    if (!this.#containers)
      told.push(
        'No source tells of containers: send kube-state-metrics and cAdvisor metrics, or those of OpenCost, or register the cluster so that it is watched.',
      )
    if (this.#containers && !this.#nodes)
      told.push('No source tells how large nodes are: idle capacity is not known.')
    if (this.#containers && !this.#egress)
      told.push(
        'No source tells where traffic goes (kubecost_pod_network_egress_bytes_total): network is not in it.',
      )
    if (this.#crowded.size > 0)
      told.push(
        `${this.#crowded.size === 1 ? `Node ${[...this.#crowded][0]} has` : `${this.#crowded.size} nodes have`} less than its containers requested or used: idle is below zero there.`,
      )
    if (this.#twice.size > 0)
      told.push(
        `${[...this.#twice].slice(0, 5).join(', ')}: containers are known and a provider's price too; only the containers are counted.`,
      )
    for (const { name, asOfMs, stale } of sources)
      if (stale) told.push(`Prices of ${name} are of ${isoTime(asOfMs).slice(0, 10)}: too old to decide by.`)
    return told
  }
}
