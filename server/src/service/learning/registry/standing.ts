import type { Anomaly } from '@aiops/contract/model/anomaly'
import type { Correction, ModelVersion } from '@aiops/contract/model/detection-model'
import type { TenantId } from '@aiops/contract/model/tenant'
import { isWithin } from '../correction/expected.ts'
import { type BoundFactor, CorrectionTable } from '../correction/in-force.ts'
import type { CorrectionsDocument } from '../correction/train.ts'
import type { ModelRegistry } from './registry.ts'
import { blended } from './rollout.ts'

type Loaded = { version: ModelVersion; corrections: Correction[]; table: CorrectionTable }

export const correctionsModel = 'corrections'

/** What is in force for one tenant, and what was: read from the registry, and again after each change of it. */
export class Standing {
  readonly #tenant: TenantId
  readonly #registry: ModelRegistry
  champion: Loaded | undefined
  candidate: Loaded | undefined
  /** Versions that were in force once, and until when. */
  #former: { fromMs: number; untilMs: number; table: CorrectionTable }[] = []
  #inForce: Correction[] = []
  #table = new CorrectionTable([])
  /** Documents by number: they never change. */
  #loaded = new Map<number, { corrections: Correction[]; table: CorrectionTable }>()

  constructor(tenant: TenantId, registry: ModelRegistry) {
    this.#tenant = tenant
    this.#registry = registry
  }

  get inForce(): readonly Correction[] {
    return this.#inForce
  }

  async load(): Promise<void> {
    const { champion, candidate } = await this.#registry.ensure(this.#tenant, correctionsModel, 'CORRECTIONS')
    const versions = await this.#registry.versions(this.#tenant, correctionsModel)
    const loaded = new Map<number, { corrections: Correction[]; table: CorrectionTable }>()
    const all: Loaded[] = []
    for (const version of versions) {
      const known = this.#loaded.get(version.number) ?? (await this.#read(version))
      loaded.set(version.number, known)
      all.push({ version, ...known })
    }
    this.#loaded = loaded
    this.champion = all.find(({ version }) => version.number === champion)
    this.candidate = all.find(({ version }) => version.number === candidate)
    this.#former = all
      .filter(({ version }) => version.promoted_at !== null && version.retired_at !== null)
      .map(({ version, table }) => ({
        fromMs: Date.parse(version.promoted_at ?? ''),
        untilMs: Date.parse(version.retired_at ?? ''),
        table,
      }))
    const percent = this.candidate?.version.percent ?? 0
    this.#inForce = blended(this.champion?.corrections ?? [], this.candidate?.corrections ?? [], percent)
    this.#table = new CorrectionTable(this.#inForce)
  }

  /** Each correction in force with the version it is of; one with a window is active in it. */
  shown(timeMs: number): (Correction & { version: number; active: boolean })[] {
    const candidates = new Set(this.candidate?.corrections)
    return this.#inForce.map((one) => ({
      ...one,
      version: (candidates.has(one) ? this.candidate : this.champion)?.version.number ?? 0,
      active: one.window === null || isWithin(one.window, timeMs),
    }))
  }

  bounds(timeMs: number): BoundFactor[] {
    return this.#table.bounds(timeMs)
  }

  /** What the bound of a series was multiplied by when its anomaly was told; 1 where that is not known any more. */
  factorThen({ series, detected_at }: Pick<Anomaly, 'series' | 'detected_at'>): number {
    const atMs = Date.parse(detected_at)
    const former = this.#former.find(({ fromMs, untilMs }) => fromMs <= atMs && atMs < untilMs)
    if (former) return former.table.factorOf(series.labels, atMs)
    const { champion, candidate } = this
    const since = (at: string | null | undefined): boolean => at != null && Date.parse(at) <= atMs
    if (candidate && candidate.version.percent > 0 && since(candidate.version.entered_at))
      return this.#table.factorOf(series.labels, atMs)
    return champion && since(champion.version.promoted_at) ? champion.table.factorOf(series.labels, atMs) : 1
  }

  async #read(version: ModelVersion): Promise<{ corrections: Correction[]; table: CorrectionTable }> {
    const { corrections } = (await this.#registry.document(
      this.#tenant,
      version.sha256,
    )) as CorrectionsDocument
    return { corrections, table: new CorrectionTable(corrections) }
  }
}
