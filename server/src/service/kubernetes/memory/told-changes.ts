import type { ObjectChange } from '@aiops/contract/model/kubernetes'
import type { KubeObject } from '../object/kind.ts'
import { stateAfter, type Version } from './entry.ts'

/** Changes that were told a moment ago, as long as nothing about them is different: who polls asks for mostly the same again. */
export class ToldChanges {
  readonly #max: number
  /** The one made first is first. */
  readonly #told = new Map<Version, { after: KubeObject | undefined; change: ObjectChange }>()
  constructor(max: number) {
    this.#max = max
  }

  of(version: Version, make: (version: Version) => ObjectChange): ObjectChange {
    const after = stateAfter(version)
    const known = this.#told.get(version)
    if (known && known.after === after) return known.change
    const change = make(version)
    this.#told.delete(version)
    this.#told.set(version, { after, change })
    if (this.#told.size > this.#max) this.#told.delete(this.#told.keys().next().value!)
    return change
  }
}
