import type { Silence } from './silence.ts'

/** Mark of a series that is held, among what else is special about series. */
export const heldMark = 3

/** Series whose points are neither judged nor learned for the time being: what is measured in maintenance is not what is usual. */
export class Held {
  readonly #indexes = new Set<number>()
  /** Of each entity, how many of its series. */
  readonly #members = new Map<number, number>()

  readonly has = (index: number): boolean => this.#indexes.has(index)

  add(index: number, entity: number): void {
    if (this.#indexes.has(index)) return
    this.#indexes.add(index)
    this.#members.set(entity, (this.#members.get(entity) ?? 0) + 1)
  }

  /** False where it was not held. */
  remove(index: number, entity: number): boolean {
    if (!this.#indexes.delete(index)) return false
    const left = (this.#members.get(entity) ?? 1) - 1
    if (left > 0) this.#members.set(entity, left)
    else this.#members.delete(entity)
    return true
  }

  /** Entities that are held as a whole may be silent. */
  excuse(silence: Silence, nowMs: number): void {
    for (const [entity, count] of this.#members) silence.excuse(entity, count, nowMs)
  }
}
