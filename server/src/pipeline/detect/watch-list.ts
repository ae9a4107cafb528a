import { entityKind, entityLabels, entityOf } from '@aiops/contract/model/entity'
import type { Labels } from '@aiops/contract/model/label'
import { assert, must } from '../../kernel/assert.ts'
import { widenedFor } from '../../kernel/column.ts'
import type { SeriesCatalog, SeriesDescription, SeriesMeta, SeriesRef } from '../../port/metric-store.ts'
import type { DetectConfig } from './config.ts'
import { isStateLabel, type Profile } from './profile.ts'
import { ProfileBook } from './profile-book.ts'
import type { Registrations } from './registration.ts'
import { noEntity } from './silence.ts'

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
 * kept of a series are numbers in columns: 37 bytes an index and 4 a ref.
 */
export class WatchList {
  readonly #config: DetectConfig
  readonly #catalog: SeriesSource
  readonly #profiles: ProfileBook
  readonly #entities = new EntityNumbers()
  readonly #cohorts = new Map<string, number>()
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
  #steady = new Uint8Array(1_024)
  #seenMs = new Float64Array(1_024)
  readonly #freed: number[] = []
  /** Indexes the engine has not been told of. */
  #fresh: number[] = []
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

  /** All that is watched, for an engine that starts anew. */
  all(): Registrations {
    this.#fresh = []
    const indexes: number[] = []
    for (let index = 0; index < this.#size; index += 1) if (this.#watched[index] === 1) indexes.push(index)
    return this.#columns(indexes)
  }

  /** Gives up series not seen since; returns their indexes for the engine to release. */
  forget(beforeMs: number, keep: (index: number) => boolean): number[] {
    const gone: number[] = []
    for (let index = 0; index < this.#size; index += 1) {
      if (this.#watched[index] === 0 || (this.#seenMs[index] as number) >= beforeMs || keep(index)) continue
      this.#watched[index] = 0
      this.#indexes[this.#refs[index] as number] = unknown
      this.#freed.push(index)
      this.#entities.leave(this.#entityNumbers[index] as number)
      this.count -= 1
      gone.push(index)
    }
    if (gone.length > 0 && this.refusedCount > 0) {
      for (let ref = 0; ref < this.#indexes.length; ref += 1)
        if (this.#indexes[ref] === noRoom) this.#indexes[ref] = unknown
      this.refusedCount = 0
    }
    return gone
  }

  #add(ref: SeriesRef): number {
    this.#indexes = widenedFor(this.#indexes, ref)
    const meta = this.#catalog.metaOf(ref)
    this.#labels = {}
    this.#hasState = false
    this.#catalog.eachLabel(ref, this.#visit)
    const labels = this.#labels
    const entity = entityOf(labels)
    const kind = entity === undefined ? '' : entityKind(entity)
    const host = kind === 'host' || kind === 'node'
    const profile = this.#profiles.numberOf(labels, meta, host, !this.#hasState)
    if (profile < 0) {
      this.#indexes[ref] = notWatched
      return -1
    }
    if (this.count >= this.#config.series_max) {
      this.refusedCount += 1
      this.#indexes[ref] = noRoom
      return -1
    }
    const index = this.#freed.pop() ?? this.#newIndex()
    const tenant = entity === undefined ? '' : this.#catalog.tenantOf(ref)
    this.#watched[index] = 1
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

  #newIndex(): number {
    const index = this.#size
    this.#size += 1
    this.#watched = widenedFor(this.#watched, index)
    this.#refs = widenedFor(this.#refs, index)
    this.#profileNumbers = widenedFor(this.#profileNumbers, index)
    this.#entityNumbers = widenedFor(this.#entityNumbers, index)
    this.#cohortNumbers = widenedFor(this.#cohortNumbers, index)
    this.#steady = widenedFor(this.#steady, index)
    this.#seenMs = widenedFor(this.#seenMs, index)
    return index
  }

  #columns(indexes: readonly number[]): Registrations {
    const column = (from: Uint32Array): Uint32Array =>
      Uint32Array.from(indexes, (index) => from[index] as number)
    const numbers = column(this.#profileNumbers)
    const places = new Map([...new Set(numbers)].map((number, at) => [number, at]))
    return {
      indexes: Uint32Array.from(indexes),
      profiles: numbers.map((number) => must(places.get(number), 'a profile in the table')),
      table: [...places.keys()].map((number) => this.#profiles.profile(number)),
      entities: column(this.#entityNumbers),
      cohorts: column(this.#cohortNumbers),
      steady: Uint8Array.from(indexes, (index) => this.#steady[index] as number),
    }
  }
}

/** Entities that watched series belong to, by number; one without series gives its number back. */
class EntityNumbers {
  readonly #numbers = new Map<string, number>()
  readonly #keys: string[] = []
  readonly #members: number[] = []
  readonly #freed: number[] = []

  join(key: string): number {
    const known = this.#numbers.get(key)
    if (known !== undefined) {
      this.#members[known] = (this.#members[known] as number) + 1
      return known
    }
    const number = this.#freed.pop() ?? this.#keys.length
    this.#numbers.set(key, number)
    this.#keys[number] = key
    this.#members[number] = 1
    return number
  }

  leave(number: number): void {
    if (number === noEntity) return
    const members = (this.#members[number] as number) - 1
    this.#members[number] = members
    if (members > 0) return
    this.#numbers.delete(this.#keys[number] as string)
    this.#keys[number] = ''
    this.#freed.push(number)
  }
}

/** Sent at every export whatever happens: gauges and rates of counters. What depends on traffic is not. */
function isSteady(labels: Labels, meta: SeriesMeta): boolean {
  const name = labels.__name__ ?? ''
  return meta.derived ? name.endsWith(':rate') && !name.startsWith('traces.') : true
}
