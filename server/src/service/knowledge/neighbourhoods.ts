import type { EntityId } from '@aiops/contract/model/entity'

/** An entity's number: dense from 0, given again after it went. */
export type NodeIndex = number

const far = 255
/** Changes that a kept neighbourhood may be behind: checking one costs about 20 ns, so that all cost less than a search. */
const changesKept = 4_096
/** Beside its members: objects and the entry of the map. */
const entryBytes = 200

type Kept = {
  start: NodeIndex
  /** How many changes it has seen. */
  seen: number
  /** Distance by index, `far` where not within; for those of many members. */
  dense: Uint8Array | undefined
  /** Members by distance, ascending in each; for those of few. */
  members: Uint32Array
  /** Where the members of each distance end. */
  ends: number[]
  size: number
}

export type NeighbourhoodLimits = { depthKept: number; bytesMax: number }

/**
 * Who is how near to whom, either direction, over integers. Searched once an entity and kept; a change of the graph costs a kept one a look
 * at the two ends when it is next read, and a new search only where the change moves somebody in it. Memory: at most `bytesMax`, the oldest
 * give way.
 *
 * Why looking at changed pairs is enough: distances D kept for a start hold in the graph of now exactly when (1) no edge u–v, u one that paths
 * lead through, has D(v) > D(u) + 1, and (2) each v at D(v) > 0 still has such a neighbour u at D(v) − 1. Both held before, and only the ends
 * of changed pairs can break them.
 */
export class Neighbourhoods {
  readonly #limits: NeighbourhoodLimits
  readonly #ids: (EntityId | undefined)[] = []
  readonly #born: number[] = []
  readonly #through: boolean[] = []
  readonly #near: NodeIndex[][] = []
  readonly #free: NodeIndex[] = []
  readonly #indexes = new Map<EntityId, NodeIndex>()
  readonly #kept = new Map<NodeIndex, Kept>()
  readonly #pairs = new Uint32Array(2 * changesKept)
  #changes = 0
  #bytes = 0
  #searches = 0
  #distance = new Uint8Array(0)
  #queue = new Uint32Array(0)
  constructor(limits: NeighbourhoodLimits) {
    this.#limits = limits
  }

  get keptBytes(): number {
    return this.#bytes
  }
  /** Searches so far. */
  get searches(): number {
    return this.#searches
  }

  /** `through`: whether paths lead through it. */
  addNode(id: EntityId, through: boolean): void {
    const index = this.#free.pop() ?? this.#ids.length
    this.#ids[index] = id
    this.#born[index] = this.#changes
    this.#through[index] = through
    this.#near[index] = []
    this.#indexes.set(id, index)
  }

  /** Its pairs are parted before. */
  removeNode(id: EntityId): void {
    const index = this.#indexes.get(id)
    if (index === undefined) return
    this.#indexes.delete(id)
    this.#ids[index] = undefined
    this.#near[index] = []
    this.#drop(index)
    // Whoever comes next under this number is born after what is kept now.
    this.#changes += 1
    this.#pairs[(2 * this.#changes) % this.#pairs.length] = index
    this.#pairs[(2 * this.#changes + 1) % this.#pairs.length] = index
    this.#free.push(index)
  }

  /** The first edge between two. */
  join(a: EntityId, b: EntityId): void {
    const [from, to] = [this.#indexes.get(a), this.#indexes.get(b)]
    if (from === undefined || to === undefined) return
    this.#near[from]?.push(to)
    this.#near[to]?.push(from)
    this.#changed(from, to)
  }

  /** The last edge between two went. */
  part(a: EntityId, b: EntityId): void {
    const [from, to] = [this.#indexes.get(a), this.#indexes.get(b)]
    if (from === undefined || to === undefined) return
    remove(this.#near[from], to)
    remove(this.#near[to], from)
    this.#changed(from, to)
  }

  /** What is kept may hold entities farther than `depth`. */
  around(id: EntityId, depth: number): ReadonlyMap<EntityId, number> | undefined {
    const start = this.#indexes.get(id)
    if (start === undefined) return undefined
    if (depth > this.#limits.depthKept) return this.#view(this.#search(start, depth))
    const kept = this.#kept.get(start)
    if (kept && this.#holds(kept)) return this.#view(kept)
    this.#drop(start)
    const found = this.#search(start, this.#limits.depthKept)
    this.#keep(found)
    return this.#view(found)
  }

  #view(kept: Kept): ReadonlyMap<EntityId, number> {
    return new NearView(kept, this.#ids, this.#born, this.#indexes)
  }

  #changed(a: NodeIndex, b: NodeIndex): void {
    this.#changes += 1
    this.#pairs[(2 * this.#changes) % this.#pairs.length] = a
    this.#pairs[(2 * this.#changes + 1) % this.#pairs.length] = b
  }

  #holds(kept: Kept): boolean {
    if (this.#changes - kept.seen >= changesKept) return false
    for (let change = kept.seen + 1; change <= this.#changes; change += 1) {
      const a = this.#pairs[(2 * change) % this.#pairs.length] as number
      const b = this.#pairs[(2 * change + 1) % this.#pairs.length] as number
      if (a !== b && !this.#pairHolds(kept, a, b)) return false
    }
    kept.seen = this.#changes
    return true
  }

  #pairHolds(kept: Kept, a: NodeIndex, b: NodeIndex): boolean {
    const [atA, atB] = [distanceIn(kept, a), distanceIn(kept, b)]
    if (atA === atB) return true
    const [near, nearer, farther, deeper] = atA < atB ? [a, atA, atB, b] : [b, atB, atA, a]
    const leads = near === kept.start || this.#through[near] === true
    if (farther > nearer + 1) return !leads || nearer >= this.#limits.depthKept
    return (this.#near[deeper] ?? []).some(
      (one) => (one === kept.start || this.#through[one] === true) && distanceIn(kept, one) === nearer,
    )
  }

  #search(start: NodeIndex, depth: number): Kept {
    this.#searches += 1
    const count = this.#ids.length
    if (this.#queue.length < count) {
      this.#queue = new Uint32Array(count + (count >> 1) + 16)
      this.#distance = new Uint8Array(this.#queue.length)
    }
    const [distance, queue] = [this.#distance, this.#queue]
    distance.fill(far, 0, count)
    distance[start] = 0
    queue[0] = start
    const ends = [1]
    let [at, filled] = [0, 1]
    for (let reached = 1; reached <= depth && at < filled; reached += 1) {
      for (const end = filled; at < end; at += 1) {
        const index = queue[at] as number
        if (index !== start && !this.#through[index]) continue
        for (const next of this.#near[index] as NodeIndex[]) {
          if (distance[next] !== far) continue
          distance[next] = reached
          queue[filled++] = next
        }
      }
      ends.push(filled)
    }
    return this.#entry(start, count, ends, filled)
  }

  #entry(start: NodeIndex, count: number, ends: number[], size: number): Kept {
    const isDense = size * 4 >= count
    const members = isDense ? new Uint32Array(0) : this.#queue.slice(0, size)
    if (!isDense)
      for (let d = 1; d < ends.length; d += 1) members.subarray(ends[d - 1], ends[d] as number).sort()
    const dense = isDense ? this.#distance.slice(0, count) : undefined
    return { start, seen: this.#changes, dense, members, ends, size }
  }

  #keep(found: Kept): void {
    const bytes = bytesOf(found)
    if (bytes > this.#limits.bytesMax) return
    while (this.#bytes + bytes > this.#limits.bytesMax)
      this.#drop(this.#kept.keys().next().value as NodeIndex)
    this.#kept.set(found.start, found)
    this.#bytes += bytes
  }

  #drop(start: NodeIndex): void {
    const kept = this.#kept.get(start)
    if (!kept) return
    this.#kept.delete(start)
    this.#bytes -= bytesOf(kept)
  }
}

const bytesOf = ({ dense, members }: Kept): number => (dense?.length ?? 0) + 4 * members.length + entryBytes

function distanceIn({ dense, members, ends }: Kept, index: NodeIndex): number {
  if (dense) return dense[index] ?? far
  for (let d = 0; d < ends.length; d += 1) {
    let [low, high] = [d === 0 ? 0 : (ends[d - 1] as number), (ends[d] as number) - 1]
    while (low <= high) {
      const middle = (low + high) >> 1
      const found = members[middle] as number
      if (found === index) return d
      if (found < index) low = middle + 1
      else high = middle - 1
    }
  }
  return far
}

function remove(indexes: NodeIndex[] | undefined, index: NodeIndex): void {
  const at = indexes?.indexOf(index) ?? -1
  if (!indexes || at < 0) return
  const last = indexes.pop() as NodeIndex
  if (at < indexes.length) indexes[at] = last
}

/** A kept neighbourhood by ids, nearest first. Of those that went since, or came under their number, it knows nothing. */
class NearView implements ReadonlyMap<EntityId, number> {
  readonly #kept: Kept
  readonly #seen: number
  readonly #ids: readonly (EntityId | undefined)[]
  readonly #born: readonly number[]
  readonly #indexes: ReadonlyMap<EntityId, NodeIndex>
  constructor(
    kept: Kept,
    ids: readonly (EntityId | undefined)[],
    born: readonly number[],
    indexes: ReadonlyMap<EntityId, NodeIndex>,
  ) {
    this.#kept = kept
    this.#seen = kept.seen
    this.#ids = ids
    this.#born = born
    this.#indexes = indexes
  }

  get size(): number {
    return this.#kept.size
  }
  get(id: EntityId): number | undefined {
    const index = this.#indexes.get(id)
    if (index === undefined || (this.#born[index] as number) > this.#seen) return undefined
    const distance = distanceIn(this.#kept, index)
    return distance === far ? undefined : distance
  }
  has(id: EntityId): boolean {
    return this.get(id) !== undefined
  }
  forEach(visit: (distance: number, id: EntityId, map: ReadonlyMap<EntityId, number>) => void): void {
    for (const [id, distance] of this.entries()) visit(distance, id, this)
  }
  *entries(): Generator<[EntityId, number], undefined, unknown> {
    const { dense, members, ends } = this.#kept
    for (let d = 0; d < ends.length; d += 1) {
      if (!dense) {
        for (let at = d === 0 ? 0 : (ends[d - 1] as number); at < (ends[d] as number); at += 1)
          yield* this.#named(members[at] as number, d)
        continue
      }
      for (let index = dense.indexOf(d); index >= 0; index = dense.indexOf(d, index + 1))
        yield* this.#named(index, d)
    }
  }
  *keys(): Generator<EntityId, undefined, unknown> {
    for (const [id] of this.entries()) yield id
  }
  *values(): Generator<number, undefined, unknown> {
    for (const [, distance] of this.entries()) yield distance
  }
  [Symbol.iterator](): Generator<[EntityId, number], undefined, unknown> {
    return this.entries()
  }
  *#named(index: NodeIndex, distance: number): Generator<[EntityId, number], undefined, unknown> {
    const id = this.#ids[index]
    if (id !== undefined && (this.#born[index] as number) <= this.#seen) yield [id, distance]
  }
}
