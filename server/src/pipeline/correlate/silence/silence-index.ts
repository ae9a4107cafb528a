import type { Labels, Matcher } from '@aiops/contract/model/label'
import { labelValue } from '../../../kernel/matcher.ts'

export type IndexedSilence = {
  id: string
  startMs: number
  endMs: number
  matchers: readonly Matcher[]
  test: (labels: Labels) => boolean
}

/**
 * Finds what covers a set of labels without trying every silence: each lies under one of its `=` matchers; only those that have none
 * are always tried. Cost: label names in use × one look-up, then the few candidates.
 */
export class SilenceIndex {
  readonly #all = new Map<string, IndexedSilence>()
  /** Label name → value → silences. */
  readonly #byPair = new Map<string, Map<string, Set<IndexedSilence>>>()
  readonly #rest = new Set<IndexedSilence>()

  put(silence: IndexedSilence): void {
    this.remove(silence.id)
    this.#all.set(silence.id, silence)
    const pair = pairOf(silence)
    if (!pair) {
      this.#rest.add(silence)
      return
    }
    const values = this.#byPair.get(pair.name) ?? new Map<string, Set<IndexedSilence>>()
    this.#byPair.set(pair.name, values)
    const there = values.get(pair.value)
    if (there) there.add(silence)
    else values.set(pair.value, new Set([silence]))
  }

  remove(id: string): void {
    const silence = this.#all.get(id)
    if (!silence) return
    this.#all.delete(id)
    const pair = pairOf(silence)
    if (!pair) {
      this.#rest.delete(silence)
      return
    }
    const values = this.#byPair.get(pair.name)
    const there = values?.get(pair.value)
    there?.delete(silence)
    if (there?.size === 0) values?.delete(pair.value)
    if (values?.size === 0) this.#byPair.delete(pair.name)
  }

  /** Ids in order. One that has ended is dropped when it is met. */
  covering(labels: Labels, nowMs: number): string[] {
    const found: string[] = []
    const over: string[] = []
    const look = (silence: IndexedSilence): void => {
      if (nowMs >= silence.endMs) over.push(silence.id)
      else if (nowMs >= silence.startMs && silence.test(labels)) found.push(silence.id)
    }
    for (const [name, values] of this.#byPair) values.get(labelValue(labels, name))?.forEach(look)
    this.#rest.forEach(look)
    for (const id of over) this.remove(id)
    return found.sort()
  }
}

/** The first equality with a value: that label must be there. */
const pairOf = ({ matchers }: IndexedSilence): Matcher | undefined =>
  matchers.find(({ op, value }) => op === '=' && value !== '')
