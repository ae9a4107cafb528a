import type { DetectionSettingsInput } from '@aiops/contract/model/detection'
import { entityKind, entityLabels, entityOf } from '@aiops/contract/model/entity'
import type { Labels } from '@aiops/contract/model/label'
import type { TenantId } from '@aiops/contract/model/tenant'
import { assert, must } from '../../kernel/assert.ts'
import { widenedFor } from '../../kernel/column.ts'
import type { Turn } from '../../kernel/turn.ts'
import type { SeriesCatalog, SeriesDescription, SeriesMeta, SeriesRef } from '../../port/metric-store.ts'
import type { DetectConfig } from './config.ts'
import { EntityNumbers } from './entity-numbers.ts'
import type { Registrations, Reprofiled } from './registration.ts'
import { isStateLabel, type Profile } from './rule/profile.ts'
import { ProfileBook } from './rule/profile-book.ts'
import type { Ruling } from './rule/rule.ts'
import type { Correction } from './rule/rule-correction.ts'
import { noEntity } from './silence.ts'
import { SeriesMemory } from './snapshot/series-memory.ts'
import type { WatchSnapshot } from './snapshot/watch-snapshot.ts'

const unknown = 0
const notWatched = -1
/** Asked again once others were given up. */
const noRoom = -2
/** Label names whose part in a decision is kept; senders invent names. */
const labelNamesMax = 10_000

/** What a label name is to the detectors. */
const nothing = 0
const tells = 1
const state = 2

/** What of the catalogue is needed. */
export type SeriesSource = Pick<SeriesCatalog, 'describe' | 'metaOf' | 'tenantOf' | 'eachLabel'>

/**
 * Which series are watched, and the dense index the engine knows each by. Indexes of forgotten series are given out again. All that is
 * kept of a series are numbers in columns: 41 bytes an index and 4 a ref.
 */
export class WatchList {
  readonly #config: DetectConfig
  readonly #catalog: SeriesSource
  readonly #profiles: ProfileBook
  readonly #entities = new EntityNumbers()
  readonly #cohorts = new Map<string, number>()
  readonly #tenants = new Map<TenantId, number>()
  readonly #labelNames = new Map<string, number>()
  /** By ref: index + 1, 0 unknown, −1 not watched, −2 no room. */
  #indexes = new Int32Array(1_024)
  /** By index, up to `#size`. */
  #size = 0
  #watched = new Uint8Array(1_024)
  #refs = new Uint32Array(1_024)
  #profileNumbers = new Uint32Array(1_024)
  #entityNumbers = new Uint32Array(1_024)
  #cohortNumbers = new Uint32Array(1_024)
  #tenantNumbers = new Uint32Array(1_024)
  #steady = new Uint8Array(1_024)
  #seenMs = new Float64Array(1_024)
  readonly #freed: number[] = []
  /** Indexes the engine has not been told of. */
  #fresh: number[] = []
  readonly #memory = new SeriesMemory()
  /** Labels of the series now looked at that decide something, and whether one of them is a state. */
  #labels: Labels = {}
  #hasState = false
  count = 0
  refusedCount = 0

  constructor(config: DetectConfig, catalog: SeriesSource) {
    this.#config = config
    this.#catalog = catalog
    this.#profiles = new ProfileBook(config)
  }

  /** The series' index, −1 when it is not watched. First sight decides. */
  indexOf(ref: SeriesRef, nowMs: number): number {
    const known = ref < this.#indexes.length ? (this.#indexes[ref] as number) : unknown
    const index = known === unknown ? this.#add(ref) : known - 1
    if (index < 0) return -1
    this.#seenMs[index] = nowMs
    return index
  }

  /** Undefined when there is nothing the engine has not been told of. */
  takeFresh(): Registrations | undefined {
    if (this.#fresh.length === 0) return undefined
    const fresh = this.#columns(this.#fresh)
    const kept = this.#memory.takeKept(this.#fresh)
    if (kept) fresh.kept = kept
    this.#fresh = []
    return fresh
  }

  profile(index: number): Profile {
    assert(this.#watched[index] === 1, 'an index in use')
    return this.#profiles.profile(this.#profileNumbers[index] as number)
  }
  describe(index: number): SeriesDescription {
    assert(this.#watched[index] === 1, 'an index in use')
    return this.#catalog.describe(this.#refs[index] as number)
  }

  ruling(index: number): Ruling {
    const { tenant, labels } = this.describe(index)
    return this.#profiles.ruling(tenant, labels)
  }
  correctionOf(tenant: TenantId, labels: Labels): number {
    return this.#profiles.correction(tenant, labels)
  }
  isWatched(index: number): boolean {
    return this.#watched[index] === 1
  }
  get tenants(): TenantId[] {
    return [...this.#tenants.keys()]
  }
  /** The tenant's number; whoever has no series has none yet. */
  tenantNumber(tenant: TenantId): number | undefined {
    return this.#tenants.get(tenant)
  }
  /** Indexes of a tenant's series, ascending. */
  async indexesOf(tenant: TenantId, turn: Turn): Promise<number[]> {
    const number = this.#tenants.get(tenant)
    const found: number[] = []
    for (let index = 0; index < this.#size; index += 1) {
      if (index % 1_024 === 0 && turn.due()) await turn.give()
      if (this.#watched[index] === 1 && this.#tenantNumbers[index] === number) found.push(index)
    }
    return found
  }
  /** Series of a tenant that points came of, watched or not, ascending; `standing` says how many are not watched, and why. */
  async refsOf(
    tenant: TenantId,
    turn: Turn,
  ): Promise<{ refs: SeriesRef[]; standing: { notWatched: number; refused: number } }> {
    const refs: SeriesRef[] = []
    const standing = { notWatched: 0, refused: 0 }
    for (let ref = 0; ref < this.#indexes.length; ref += 1) {
      if (ref % 1_024 === 0 && turn.due()) await turn.give()
      const known = this.#indexes[ref] as number
      if (known === unknown || this.#catalog.tenantOf(ref) !== tenant) continue
      refs.push(ref)
      if (known === notWatched) standing.notWatched += 1
      else if (known === noRoom) standing.refused += 1
    }
    return { refs, standing }
  }

  /** Throws INVALID_REQUEST for settings that cannot be used. What is watched follows with `reprofile`. */
  configure(tenant: TenantId, settings: DetectionSettingsInput): void {
    this.#profiles.configure(tenant, settings)
  }
  correct(tenant: TenantId, corrections: readonly Correction[]): void {
    this.#profiles.correct(tenant, corrections)
  }
  corrections(tenant: TenantId): readonly Correction[] {
    return this.#profiles.corrections(tenant)
  }

  /**
   * Judges a tenant's series by the settings as they now are. Answers those that are judged otherwise, and those that are given up;
   * `drop` is called before an index of those is given out again.
   */
  async reprofile(tenant: TenantId, turn: Turn, drop: (index: number) => void): Promise<Reprofiled> {
    const changed: number[] = []
    for (let ref = 0; ref < this.#indexes.length; ref += 1) {
      if (ref % 256 === 0 && turn.due()) await turn.give()
      const known = this.#indexes[ref] as number
      if (known === unknown || known === noRoom || this.#catalog.tenantOf(ref) !== tenant) continue
      if (known === notWatched) {
        this.#indexes[ref] = unknown
        continue
      }
      const index = known - 1
      const { profile } = this.#look(ref)
      if (profile === this.#profileNumbers[index]) continue
      if (profile >= 0) {
        this.#profileNumbers[index] = profile
        changed.push(index)
        continue
      }
      drop(index)
      this.#give(index)
      this.#indexes[ref] = notWatched
    }
    return this.#profileColumns(changed)
  }

  /** Makes ready for `snapshot`, giving way: names every series once. */
  async name(turn: Turn): Promise<void> {
    for (let index = 0; index < this.#size; index += 1) {
      if (turn.due()) await turn.give()
      this.#keyOf(index)
    }
  }

  /** What is watched, as the engine has been told of it. */
  snapshot(): WatchSnapshot {
    const keys = Array.from({ length: this.#size }, (_, index) => this.#keyOf(index))
    for (const [key, index] of this.#memory.unseen()) keys[index] = key
    return {
      keys,
      ...{
        entities: this.#entities.keys,
        cohorts: [...this.#cohorts.keys()],
        tenants: [...this.#tenants.keys()],
      },
    }
  }

  /** Goes on from a snapshot: a series that is seen again has the index it had. Nothing may be watched yet. */
  restore({ keys, entities, cohorts, tenants }: WatchSnapshot): void {
    assert(this.#size === 0, 'nothing is watched yet')
    this.#entities.load(entities)
    for (const [number, key] of cohorts.entries()) this.#cohorts.set(key, number)
    for (const [number, tenant] of tenants.entries()) this.#tenants.set(tenant, number)
    for (const [index, key] of keys.entries()) {
      this.#newIndex()
      if (key === '') this.#freed.push(index)
      else this.#memory.remember(key, index)
    }
  }

  /** Gives up what was not seen again since the restart; returns indexes for the engine to release. */
  forgetRemembered(): number[] {
    const gone = this.#memory.forgetUnseen()
    this.#freed.push(...gone)
    this.#entities.sweep()
    return gone
  }

  #keyOf(index: number): string {
    if (this.#watched[index] !== 1) return ''
    return this.#memory.keyOf(index, () => this.describe(index))
  }

  /** All that is watched, for an engine that starts anew: nothing of it is kept. */
  all(): Registrations {
    this.#fresh = []
    this.#memory.takeKept([])
    const indexes: number[] = []
    for (let index = 0; index < this.#size; index += 1) if (this.#watched[index] === 1) indexes.push(index)
    return this.#columns(indexes)
  }

  /** Gives up series not seen since; returns their indexes for the engine to release. */
  forget(beforeMs: number, keep: (index: number) => boolean): number[] {
    const gone: number[] = []
    for (let index = 0; index < this.#size; index += 1) {
      if (this.#watched[index] === 0 || (this.#seenMs[index] as number) >= beforeMs || keep(index)) continue
      this.#indexes[this.#refs[index] as number] = unknown
      this.#give(index)
      gone.push(index)
    }
    if (gone.length > 0 && this.refusedCount > 0) {
      for (let ref = 0; ref < this.#indexes.length; ref += 1)
        if (this.#indexes[ref] === noRoom) this.#indexes[ref] = unknown
      this.refusedCount = 0
    }
    return gone
  }

  #give(index: number): void {
    this.#watched[index] = 0
    this.#freed.push(index)
    this.#memory.drop(index)
    if (this.#fresh.length > 0) this.#fresh = this.#fresh.filter((other) => other !== index)
    this.#entities.leave(this.#entityNumbers[index] as number)
    this.count -= 1
  }

  /** What a series is and how it is judged, by the settings of its tenant. */
  #look(ref: SeriesRef) {
    const meta = this.#catalog.metaOf(ref)
    const tenant = this.#catalog.tenantOf(ref)
    const whole = this.#profiles.needsLabels(tenant)
    this.#labels = whole ? this.#catalog.describe(ref).labels : {}
    this.#hasState = whole
    if (!whole) this.#catalog.eachLabel(ref, this.#visit)
    const labels = this.#labels
    const entity = entityOf(labels)
    const kind = entity === undefined ? '' : entityKind(entity)
    const host = kind === 'host' || kind === 'node'
    const profile = this.#profiles.numberOf(tenant, labels, meta, host, !this.#hasState)
    return { meta, tenant, labels, entity, kind, profile }
  }

  #add(ref: SeriesRef): number {
    this.#indexes = widenedFor(this.#indexes, ref)
    const { meta, tenant, labels, entity, kind, profile } = this.#look(ref)
    if (profile < 0) {
      this.#indexes[ref] = notWatched
      return -1
    }
    if (this.count >= this.#config.series_max) {
      this.refusedCount += 1
      this.#indexes[ref] = noRoom
      return -1
    }
    const index = this.#claimed(ref) ?? this.#freed.pop() ?? this.#newIndex()
    this.#watched[index] = 1
    this.#tenantNumbers[index] = this.#tenantOf(tenant)
    this.#refs[index] = ref
    this.#profileNumbers[index] = profile
    this.#entityNumbers[index] =
      entity === undefined ? noEntity : this.#entities.join(`${tenant}\u0000${entity}`)
    this.#cohortNumbers[index] = entity === undefined ? 0 : this.#cohort(`${tenant}\u0000${kind}`)
    this.#steady[index] = entity !== undefined && isSteady(labels, meta) ? 1 : 0
    this.#indexes[ref] = index + 1
    this.#fresh.push(index)
    this.count += 1
    return index
  }

  readonly #visit = (name: string, value: string): void => {
    const part = this.#labelNames.get(name) ?? this.#partOf(name)
    if (part === nothing) return
    this.#labels[name] = value
    if (part === state) this.#hasState = true
  }

  #partOf(name: string): number {
    const part = isStateLabel(name)
      ? state
      : name === '__name__' || entityLabels.includes(name)
        ? tells
        : nothing
    if (this.#labelNames.size >= labelNamesMax) this.#labelNames.clear()
    this.#labelNames.set(name, part)
    return part
  }

  /** Tenants × kinds of entity: few, never given up. */
  #cohort(key: string): number {
    const known = this.#cohorts.get(key) ?? this.#cohorts.size
    this.#cohorts.set(key, known)
    return known
  }

  #claimed(ref: SeriesRef): number | undefined {
    return this.#memory.isEmpty ? undefined : this.#memory.claim(this.#catalog.describe(ref))
  }

  #tenantOf(tenant: TenantId): number {
    const known = this.#tenants.get(tenant) ?? this.#tenants.size
    this.#tenants.set(tenant, known)
    return known
  }

  #newIndex(): number {
    const index = this.#size
    this.#size += 1
    this.#watched = widenedFor(this.#watched, index)
    this.#refs = widenedFor(this.#refs, index)
    this.#profileNumbers = widenedFor(this.#profileNumbers, index)
    this.#entityNumbers = widenedFor(this.#entityNumbers, index)
    this.#cohortNumbers = widenedFor(this.#cohortNumbers, index)
    this.#tenantNumbers = widenedFor(this.#tenantNumbers, index)
    this.#steady = widenedFor(this.#steady, index)
    this.#seenMs = widenedFor(this.#seenMs, index)
    return index
  }

  #columns(indexes: readonly number[]): Registrations {
    const column = (from: Uint32Array): Uint32Array =>
      Uint32Array.from(indexes, (index) => from[index] as number)
    return {
      ...this.#profileColumns(indexes),
      entities: column(this.#entityNumbers),
      cohorts: column(this.#cohortNumbers),
      tenants: column(this.#tenantNumbers),
      steady: Uint8Array.from(indexes, (index) => this.#steady[index] as number),
    }
  }

  #profileColumns(indexes: readonly number[]): Reprofiled {
    const numbers = Uint32Array.from(indexes, (index) => this.#profileNumbers[index] as number)
    const places = new Map([...new Set(numbers)].map((number, at) => [number, at]))
    return {
      indexes: Uint32Array.from(indexes),
      profiles: numbers.map((number) => must(places.get(number), 'a profile in the table')),
      table: [...places.keys()].map((number) => this.#profiles.profile(number)),
    }
  }
}

/** Sent at every export whatever happens: gauges and rates of counters. What depends on traffic is not. */
function isSteady(labels: Labels, meta: SeriesMeta): boolean {
  const name = labels.__name__ ?? ''
  return meta.derived ? name.endsWith(':rate') && !name.startsWith('traces.') : true
}
