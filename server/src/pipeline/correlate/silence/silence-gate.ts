import type { Labels } from '@aiops/contract/model/label'
import type { Signal } from '../core/signal.ts'
import type { Output } from '../core/turn.ts'
import { RuleDesk } from '../rule/rule-desk.ts'

/** Silences that cover these labels at this time, in order. */
export type Covering = (labels: Labels, nowMs: number) => readonly string[]
type Held = { signal: Signal; labels: Labels; by: readonly string[] }

/**
 * Keeps what silences cover away from the core: a covered signal is held here, shown as suppressed, until its silences end (then it
 * goes on to the core) or it does. Pure, as the core is. Beyond `heldMax` the oldest is let go without an incident.
 */
export class SilenceGate {
  readonly #covering: Covering
  readonly #heldMax: number
  /** Rules hold back as silences do. */
  readonly rules: RuleDesk
  /** Oldest first. */
  readonly #held = new Map<string, Held>()

  constructor(covering: Covering, heldMax: number, rules = new RuleDesk(heldMax)) {
    this.#covering = covering
    this.#heldMax = heldMax
    this.rules = rules
  }

  get size(): number {
    return this.#held.size
  }

  holds(id: string): boolean {
    return this.#held.has(id)
  }

  /** Whether a signal goes on to the core. `known`: the core has it already and must hear of its end. */
  admits(signal: Signal, labels: Labels, nowMs: number, known: boolean, out: Output[]): boolean {
    const held = this.#held.get(signal.id)
    if (signal.endMs !== null) {
      this.#held.delete(signal.id)
      if (known) return true
      const by = held ? held.by : this.#holders(signal.id, labels, nowMs)
      if (by.length === 0) return true
      if (!held) out.push(silenced(signal, by))
      out.push(settled(signal))
      return false
    }
    const by = this.#holders(signal.id, labels, nowMs)
    if (by.length > 0) {
      this.hold(signal, labels, by, out)
      return false
    }
    if (held) {
      this.#held.delete(signal.id)
      out.push(silenced(signal, []))
    }
    return true
  }

  hold(signal: Signal, labels: Labels, by: readonly string[], out: Output[]): void {
    const held = this.#held.get(signal.id)
    this.#held.set(signal.id, { signal, labels, by })
    if (!held || !same(held.by, by)) out.push(silenced(signal, by))
    const oldest = this.#held.values().next().value
    if (this.#held.size <= this.#heldMax || !oldest) return
    this.#held.delete(oldest.signal.id)
    out.push(settled(oldest.signal))
  }

  /** After silences began or ended: what is no longer covered, to be taken as if it came now. */
  release(nowMs: number, out: Output[]): { signal: Signal }[] {
    const free: { signal: Signal }[] = []
    for (const held of this.#held.values()) {
      const by = this.#holders(held.signal.id, held.labels, nowMs)
      if (by.length === 0) {
        this.#held.delete(held.signal.id)
        free.push(held)
      }
      if (!same(held.by, by)) out.push(silenced(held.signal, by))
      held.by = by
    }
    return free
  }

  /** Silences, then rules. */
  #holders(id: string, labels: Labels, nowMs: number): readonly string[] {
    const silences = this.#covering(labels, nowMs)
    const rules = this.rules.isIdle ? [] : this.rules.holders(id)
    return rules.length === 0 ? silences : [...silences, ...rules]
  }
}

const same = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((id, at) => id === b[at])

const silenced = ({ id, kind }: Signal, by: readonly string[]): Output => ({
  type: 'SILENCED',
  memberId: id,
  kind,
  by,
})
const settled = ({ id, kind }: Signal): Output => ({ type: 'SETTLED', incidentId: null, memberId: id, kind })
