import { entityKind, entityOf } from '@aiops/contract/model/entity'
import { must } from '../../kernel/assert.ts'
import type { SeriesDescription, SeriesRef } from '../../port/metric-store.ts'
import type { DetectConfig } from './config.ts'
import type { Registration } from './engine.ts'
import { type Profile, profileOf } from './profile.ts'
import type { Place } from './silence.ts'

type Watched = { ref: SeriesRef; profile: Profile; place: Place; entityKey: string }

const unknown = 0
const notWatched = -1

/** Which series are watched, and the dense index the engine knows each by. Indexes of forgotten series are given out again. */
export class WatchList {
  readonly #config: DetectConfig
  readonly #describe: (ref: SeriesRef) => SeriesDescription
  readonly #watched: (Watched | undefined)[] = []
  readonly #freed: number[] = []
  readonly #numbers = new Map<string, { number: number; members: number }>()
  readonly #freedNumbers: number[] = []
  #nextNumber = 0
  /** By ref: index + 1, or 0 unknown, −1 not watched. */
  #indexes = new Int32Array(1_024)
  #seenMs = new Float64Array(1_024)
  /** Registrations the engine has not been told of. */
  #fresh: Registration[] = []
  count = 0
  refusedCount = 0

  constructor(config: DetectConfig, describe: (ref: SeriesRef) => SeriesDescription) {
    this.#config = config
    this.#describe = describe
  }

  /** The series' index, −1 when it is not watched. First sight decides. */
  indexOf(ref: SeriesRef, nowMs: number): number {
    const known = ref < this.#indexes.length ? (this.#indexes[ref] as number) : unknown
    const index = known === unknown ? this.#add(ref) : known - 1
    if (index < 0) return -1
    this.#seenMs[index] = nowMs
    return index
  }

  takeFresh(): Registration[] {
    const fresh = this.#fresh
    this.#fresh = []
    return fresh
  }

  profile(index: number): Profile {
    return must(this.#watched[index], 'an index in use').profile
  }
  describe(index: number): SeriesDescription {
    return this.#describe(must(this.#watched[index], 'an index in use').ref)
  }

  /** All that is watched, for an engine that starts anew. */
  all(): Registration[] {
    this.#fresh = []
    return this.#watched.flatMap((watched, index) =>
      watched ? [{ index, profile: watched.profile, place: watched.place }] : [],
    )
  }

  /** Gives up series not seen since; returns their indexes for the engine to release. */
  forget(beforeMs: number, keep: (index: number) => boolean): number[] {
    const gone: number[] = []
    for (let index = 0; index < this.#watched.length; index += 1) {
      const watched = this.#watched[index]
      if (!watched || (this.#seenMs[index] as number) >= beforeMs || keep(index)) continue
      this.#watched[index] = undefined
      this.#indexes[watched.ref] = unknown
      this.#freed.push(index)
      this.#leave(watched)
      this.count -= 1
      gone.push(index)
    }
    return gone
  }

  #add(ref: SeriesRef): number {
    this.#reserve(ref)
    const series = this.#describe(ref)
    const profile = profileOf(series.labels, series.meta, this.#config)
    if (!profile) {
      this.#indexes[ref] = notWatched
      return -1
    }
    if (this.count >= this.#config.series_max) {
      this.refusedCount += 1
      return -1
    }
    const index = this.#freed.pop() ?? this.#watched.length
    const entity = entityOf(series.labels)
    const entityKey = `${series.tenant}\u0000${entity ?? `series/${ref}`}`
    const place: Place = {
      entity: this.#join(entityKey),
      cohort: this.#cohort(`${series.tenant}\u0000${entity ? entityKind(entity) : ''}`),
      steady: entity !== undefined && isSteady(series),
    }
    this.#watched[index] = { ref, profile, place, entityKey }
    this.#indexes[ref] = index + 1
    this.#fresh.push({ index, profile, place })
    this.count += 1
    if (index >= this.#seenMs.length) {
      const grown = new Float64Array(this.#seenMs.length * 2)
      grown.set(this.#seenMs)
      this.#seenMs = grown
    }
    return index
  }

  readonly #cohorts = new Map<string, number>()
  /** Tenants × kinds of entity: few, never given up. */
  #cohort(key: string): number {
    const known = this.#cohorts.get(key) ?? this.#cohorts.size
    this.#cohorts.set(key, known)
    return known
  }

  #join(key: string): number {
    const known = this.#numbers.get(key)
    if (known) {
      known.members += 1
      return known.number
    }
    const number = this.#freedNumbers.pop() ?? this.#nextNumber++
    this.#numbers.set(key, { number, members: 1 })
    return number
  }

  #leave(watched: Watched): void {
    const entity = must(this.#numbers.get(watched.entityKey), 'a watched series belongs to an entity')
    entity.members -= 1
    if (entity.members > 0) return
    this.#numbers.delete(watched.entityKey)
    this.#freedNumbers.push(entity.number)
  }

  #reserve(ref: SeriesRef): void {
    if (ref < this.#indexes.length) return
    const grown = new Int32Array(Math.max(this.#indexes.length * 2, ref + 1))
    grown.set(this.#indexes)
    this.#indexes = grown
  }
}

/** Sent at every export whatever happens: gauges and rates of counters. What depends on traffic is not. */
function isSteady({ labels, meta }: SeriesDescription): boolean {
  const name = labels.__name__ ?? ''
  return meta.derived ? name.endsWith(':rate') && !name.startsWith('traces.') : true
}
