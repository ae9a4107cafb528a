import { Fault } from '../../../kernel/fault.ts'
import { keyOf } from './directory.ts'
import { type Grouping, type Subject, sharedName } from './grouping.ts'
import { Tally } from './tally.ts'

/** What one node's capacity cost, and how much of that somebody had. */
export type NodeAsset = {
  cluster: string
  node: string
  cpuUsd: number
  ramUsd: number
  gpuUsd: number
  usedCpuUsd: number
  usedRamUsd: number
  usedGpuUsd: number
  firstMs: number
  lastMs: number
}
/** A tally of one name on one node: idle capacity is shared within a node. */
export type Row = { tally: Tally; cluster: string; node: string }

/** Costs of one step of an answer, by name and node. */
export class AllocationSet {
  readonly startMs: number
  readonly endMs: number
  readonly rows = new Map<string, Row>()
  readonly assets = new Map<string, NodeAsset>()
  /** By cluster, USD. */
  readonly management = new Map<string, number>()
  /** Services whose containers are known: they cost what those cost, wherever they are said to be placed. */
  readonly services = new Set<string>()
  /** Services that are placed at a provider too. */
  readonly placedTwice = new Set<string>()
  /** Time in which anything was known. */
  coveredMs = 0
  readonly #grouping: Grouping
  readonly #shared: ReadonlySet<string>
  readonly #rowsMax: number

  constructor(
    window: { startMs: number; endMs: number },
    parts: { grouping: Grouping; shared: ReadonlySet<string>; rowsMax: number },
  ) {
    this.startMs = window.startMs
    this.endMs = window.endMs
    this.#grouping = parts.grouping
    this.#shared = parts.shared
    this.#rowsMax = parts.rowsMax
  }

  row(subject: Subject, cluster: string, node: string): Tally {
    if (subject.service && !subject.provider) this.services.add(subject.service)
    const isShared = subject.namespace !== undefined && this.#shared.has(subject.namespace)
    const name = isShared ? sharedName : this.#grouping.nameOf(subject)
    const key = keyOf(name, cluster, node)
    const properties = this.#grouping.propertiesOf(subject)
    const there = this.rows.get(key)
    if (there) {
      there.tally.common(properties)
      return there.tally
    }
    if (this.rows.size >= this.#rowsMax)
      throw new Fault(
        'QUERY_TOO_LARGE',
        `The answer would have more than ${this.#rowsMax} rows; put costs together by less, or ask for a shorter window.`,
      )
    const tally = new Tally(name, properties)
    this.rows.set(key, { tally, cluster, node })
    return tally
  }

  asset(cluster: string, node: string): NodeAsset {
    const key = keyOf(cluster, node)
    const there = this.assets.get(key)
    if (there) return there
    const made: NodeAsset = {
      ...{ cluster, node, cpuUsd: 0, ramUsd: 0, gpuUsd: 0 },
      ...{ usedCpuUsd: 0, usedRamUsd: 0, usedGpuUsd: 0 },
      ...{ firstMs: Number.POSITIVE_INFINITY, lastMs: Number.NEGATIVE_INFINITY },
    }
    this.assets.set(key, made)
    return made
  }
}
