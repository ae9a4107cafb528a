import type { Labels } from '@aiops/contract/model/label'
import type { Signal } from '../core/signal.ts'
import { RuleSet, ruleReference, type Side, type Verdict } from './rule-set.ts'
import type { SignalView } from './signal-view.ts'

/** A signal that goes on and that rules hold back, may hold back, or that holds others back. */
type Known = { signal: Signal; labels: Labels; verdict: Verdict; holders: string[]; entered: boolean }
/** Firing sources of one key, in the order in which they came; `both` fit the target's side too. */
type Sources = { plain: Set<string>; both: Set<string> }

const endedMax = 10_000
const countedMax = 50_000

/**
 * One tenant's rules over what goes on: which signals are held back now, and which change when another begins or ends. Inhibition is
 * Alertmanager's (documentation, "Inhibition"): a source counts whether or not it is held back itself; what fits both sides is not held
 * back by what fits both sides, and so never by itself. Pure, as the gate is. Beyond `knownMax` the oldest is let go, as if it had ended.
 */
export class RuleDesk {
  readonly #knownMax: number
  readonly #onHit: (ruleId: string) => void
  #set = new RuleSet([])
  readonly #known = new Map<string, Known>()
  readonly #sources = new Map<string, Sources>()
  readonly #targets = new Map<string, Set<string>>()
  /** What ended, so that a beginning that comes late changes nothing. Oldest first. */
  readonly #ended = new Set<string>()
  readonly #counted = new Set<string>()
  /** False while what was counted before a restart is seen again. */
  counts = true
  /** What held back the signal whose end is being dealt with. */
  #ending: { id: string; holders: readonly string[] } = { id: '', holders: [] }

  constructor(knownMax: number, onHit: (ruleId: string) => void = () => undefined) {
    this.#knownMax = knownMax
    this.#onHit = onHit
  }

  /** Without rules nothing is asked and nothing is kept. */
  get isIdle(): boolean {
    return this.#set.size === 0
  }

  /** Whether one signal may hold another back. */
  get hasSources(): boolean {
    return this.#set.hasSources
  }

  /** Other rules from now on. What goes on has to be seen anew. */
  use(set: RuleSet): void {
    this.#set = set
    this.#known.clear()
    this.#sources.clear()
    this.#targets.clear()
    this.#ending = { id: '', holders: [] }
  }

  /**
   * Takes note of a signal's state. Returns what to mark it with, and the other signals whose holders may be others now; `entered` is
   * whether it goes through the gate now, rather than being looked at ahead of its turn.
   */
  see(signal: Signal, view: SignalView, entered = true): { signal: Signal; affected: Set<string> } {
    const affected = new Set<string>()
    const before = this.#known.get(signal.id)
    if (signal.endMs !== null)
      return { signal: marked(signal, this.#seeEnd(signal, view, before, affected)), affected }
    if (this.#ended.has(signal.id)) return { signal, affected }
    const verdict = this.#set.judge(view)
    for (const ruleId of verdict.hits) this.#count(signal.id, ruleId)
    if (before && sameSides(before.verdict, verdict)) {
      Object.assign(before, { signal: marked(signal, verdict), labels: view.labels, verdict })
      before.entered ||= entered
      this.#settle(before)
      return { signal: before.signal, affected }
    }
    if (before) this.#drop(signal.id, before, affected)
    if (verdict.suppressed === null && verdict.targets.length + verdict.sources.length === 0)
      return { signal: marked(signal, verdict), affected }
    const known: Known = {
      signal: marked(signal, verdict),
      labels: view.labels,
      verdict,
      holders: [],
      entered: entered || before?.entered === true,
    }
    this.#known.set(signal.id, known)
    for (const side of verdict.targets) add(this.#targets, side.key, signal.id)
    for (const side of verdict.sources) this.#begin(side, signal.id, affected)
    this.#settle(known)
    const oldest = this.#known.entries().next().value
    if (this.#known.size > this.#knownMax && oldest) this.#drop(oldest[0], oldest[1], affected)
    affected.delete(signal.id)
    return { signal: known.signal, affected }
  }

  /** References of the rules that hold it back now. */
  holders(id: string): readonly string[] {
    if (this.#ending.id === id) return this.#ending.holders
    return this.#known.get(id)?.holders ?? []
  }

  /** A signal that has been through the gate and goes through it again, held back by what holds it back now. */
  again(id: string): { signal: Signal; labels: Labels } | undefined {
    const known = this.#known.get(id)
    if (!known?.entered) return undefined
    this.#settle(known)
    return known
  }

  #seeEnd(
    signal: Signal,
    view: SignalView,
    before: Known | undefined,
    affected: Set<string>,
  ): Pick<Verdict, 'ruled' | 'routed'> {
    const verdict = before?.verdict ?? this.#set.judge(view)
    const unseen = verdict.suppressed === null ? [] : [verdict.suppressed]
    this.#ending = { id: signal.id, holders: before ? before.holders : unseen }
    this.#ended.add(signal.id)
    const oldest = this.#ended.values().next().value
    if (this.#ended.size > endedMax && oldest !== undefined) this.#ended.delete(oldest)
    if (before) this.#drop(signal.id, before, affected)
    return verdict
  }

  /** Once a signal and rule, as far back as is remembered. */
  #count(id: string, ruleId: string): void {
    const key = `${id} ${ruleId}`
    if (this.#counted.has(key)) return
    this.#counted.add(key)
    const oldest = this.#counted.values().next().value
    if (this.#counted.size > countedMax && oldest !== undefined) this.#counted.delete(oldest)
    if (this.counts) this.#onHit(ruleId)
  }

  #begin({ key, both }: Side, id: string, affected: Set<string>): void {
    let sources = this.#sources.get(key)
    if (!sources) {
      sources = { plain: new Set(), both: new Set() }
      this.#sources.set(key, sources)
    }
    const side = both ? sources.both : sources.plain
    side.add(id)
    // Where one was firing already, its targets are held back by that one.
    if (side.size === 1) for (const target of this.#targets.get(key) ?? []) affected.add(target)
  }

  #drop(id: string, known: Known, affected: Set<string>): void {
    this.#known.delete(id)
    for (const { key } of known.verdict.targets) {
      const targets = this.#targets.get(key)
      targets?.delete(id)
      if (targets?.size === 0) this.#targets.delete(key)
    }
    for (const { key, both } of known.verdict.sources) {
      const sources = this.#sources.get(key)
      const side = both ? sources?.both : sources?.plain
      if (!sources || !side) continue
      const named = side.values().next().value === id
      side.delete(id)
      if (sources.plain.size + sources.both.size === 0) this.#sources.delete(key)
      if (named) for (const target of this.#targets.get(key) ?? []) affected.add(target)
    }
    affected.delete(id)
  }

  #settle(known: Known): void {
    const { suppressed, targets } = known.verdict
    const holders = suppressed === null ? [] : [suppressed]
    for (const { key, ruleId, both } of targets) {
      const sources = this.#sources.get(key)
      const source = first(sources?.plain) ?? (both ? undefined : first(sources?.both))
      if (source === undefined) continue
      holders.push(ruleReference(ruleId, source))
      this.#count(known.signal.id, ruleId)
    }
    known.holders = holders
  }
}

const marked = (signal: Signal, { ruled, routed }: Pick<Verdict, 'ruled' | 'routed'>): Signal =>
  ruled === null && routed === null ? signal : { ...signal, ruled, routed }

const first = (ids: ReadonlySet<string> | undefined): string | undefined => ids?.values().next().value

function add(sets: Map<string, Set<string>>, key: string, id: string): void {
  const set = sets.get(key)
  if (set) set.add(id)
  else sets.set(key, new Set([id]))
}

const sameSides = (a: Verdict, b: Verdict): boolean =>
  a.suppressed === b.suppressed && sameKeys(a.targets, b.targets) && sameKeys(a.sources, b.sources)

const sameKeys = (a: readonly Side[], b: readonly Side[]): boolean =>
  a.length === b.length && a.every(({ key, both }, at) => key === b[at]?.key && both === b[at]?.both)
