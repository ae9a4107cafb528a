/** Deletions that are remembered, for what arrives late. */
const goneMax = 4_096

/**
 * Which version of which object the sink has, so that what is told twice or late changes nothing. Versions are compared where both are
 * numbers, as those of Kubernetes are (KEP-5504); any other is taken as newer.
 */
export class KnownVersions {
  #versions = new Map<string, number>()
  readonly #gone = new Map<string, number>()
  get size(): number {
    return this.#versions.size
  }
  keys(): IterableIterator<string> {
    return this.#versions.keys()
  }
  /** After a list, which says where everything is anew; also where versions began again. */
  reset(versions: Map<string, number>): void {
    this.#versions = versions
    this.#gone.clear()
  }
  /** Whether this is news. */
  put(key: string, version: number): boolean {
    if (version <= (this.#versions.get(key) ?? Number.NaN)) return false
    if (version <= (this.#gone.get(key) ?? Number.NaN)) return false
    this.#versions.set(key, version)
    this.#gone.delete(key)
    return true
  }
  /** Whether there was such an object, and this is not the end of one before it. */
  remove(key: string, version: number): boolean {
    const known = this.#versions.get(key)
    if (known === undefined || version < known) return false
    this.#versions.delete(key)
    // Last in the order of the map.
    this.#gone.delete(key)
    this.#gone.set(key, Number.isNaN(version) ? known : version)
    if (this.#gone.size > goneMax) for (const oldest of this.#gone.keys()) return this.#gone.delete(oldest)
    return true
  }
}

export const keyOf = (metadata: { namespace: string; name: string }): string =>
  `${metadata.namespace}/${metadata.name}`

/** NaN where it is no number that can be held. */
export const versionNumber = (version: string): number =>
  /^\d{1,15}$/.test(version) ? Number(version) : Number.NaN
