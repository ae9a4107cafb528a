import type { KnownPattern } from './log-memory.ts'
import type { LogMiner, Mining } from './mining.ts'
import { exampleCharsMax, type PatternGroup } from './pattern-group.ts'

/** A form of lines that the miner has not been asked about yet. */
type Fresh = { id: number; line: string; level: number; timeMs: number; count: number; history: boolean }

export type PatternLimits = { patternsMax: number; wordsMax: number; layoutLines: number }

/** Ids of forms outlive them in the miner; past this many it begins anew, and patterns are found again by their ids. */
const idsMax = 32_768
/** Forms that wait until the miner is asked. */
const freshMax = 160
const none = 0
/** Lines of forms beyond the bounds: counted, never judged. */
const other = -1
/** Patterns that differ from a known one in one word of so many are taken for it, unless they are severer. */
const nearWordsMin = 4
/** As the miner writes what varies. */
const anything = '<*>'

/** Lines of one source → its patterns. A line of a known form costs the miner's look and an array read. */
export class PatternTable {
  readonly #limits: PatternLimits
  readonly #mining: Mining
  #miner: LogMiner
  /** By the miner's id: place + 1 of the pattern, 0 unknown, −1 beyond the bounds, below that a form that waits. */
  #places = new Int32Array(256)
  #fresh: Fresh[] = []
  readonly groups: PatternGroup[] = []
  readonly #byId = new Map<string, PatternGroup>()
  /** Forms that found no room. */
  otherCount = 0

  constructor(limits: PatternLimits, mining: Mining) {
    this.#limits = limits
    this.#mining = mining
    this.#miner = this.#newMiner()
  }

  /** About what it holds, bytes: measured by `bench/log-anomalies.ts`. */
  get sizeBytes(): number {
    const { patterns, words } = this.#miner.size
    return 4_096 + patterns * 900 + words * 140 + this.groups.length * 1_200 + this.#places.byteLength
  }
  get isAsking(): boolean {
    return this.#fresh.length > 0
  }
  get mustAsk(): boolean {
    return this.#fresh.length >= freshMax
  }

  /** Notes a line; its pattern where that is known already. */
  add(line: string, level: number, timeMs: number, history: boolean): PatternGroup | undefined {
    const id = this.#miner.push(line)
    if (id >= this.#places.length) this.#widen(id)
    const place = this.#places[id] as number
    if (place > 0) {
      const group = this.groups[place - 1] as PatternGroup
      note(group, level, timeMs, 1)
      return group
    }
    if (place === other) this.otherCount += 1
    else if (place === none) this.#wait(id, line, level, timeMs, history)
    else this.#again(this.#fresh[-2 - place] as Fresh, level, timeMs, history)
    return undefined
  }

  /** Asks the miner what waits; the patterns that had no line before. While learning, templates are as the miner has them now. */
  ask(learning: boolean): PatternGroup[] {
    const fresh = this.#fresh
    if (fresh.length === 0) return []
    this.#fresh = []
    const statements = this.#miner.statements()
    const known = this.#knownStatements(learning ? statements : undefined)
    const born: PatternGroup[] = []
    for (const one of fresh) {
      const statement = this.#miner.statementOf(one.id)
      const template = (statements[statement] as { template: string }).template
      const found =
        known.get(statement) ?? this.#byId.get(this.#mining.idOf(template)) ?? this.#near(template, one)
      const group = found ?? this.#new(template, one)
      this.#places[one.id] = group ? group.place + 1 : other
      if (!group) {
        this.otherCount += one.count
        continue
      }
      known.set(statement, group)
      if (found) note(group, one.level, one.timeMs, one.count)
      else if (!one.history) born.push(group)
    }
    if (this.#places.length > idsMax) this.#beginAnew()
    return born
  }

  /** Patterns that a process before this one knew: as if the miner had begun anew since. Half the room at most, those said last. */
  recall(patterns: readonly KnownPattern[]): void {
    const kept = patterns.toSorted((a, b) => b.lastMs - a.lastMs).slice(0, this.#limits.patternsMax / 2)
    for (const { template, example, ...known } of kept) {
      const id = this.#mining.idOf(template)
      if (this.#byId.has(id)) continue
      const place = this.groups.length
      const words = template.split(' ', 64)
      const group = { ...known, place, id, template, words, example, minedId: -1, candidate: undefined }
      this.groups.push(group)
      this.#byId.set(id, group)
    }
  }

  /** The line without what stands before its message. */
  messageOf(line: string): string {
    return this.#miner.messageOf(line)
  }

  #newMiner(): LogMiner {
    const { patternsMax, wordsMax, layoutLines } = this.#limits
    return this.#mining.newMiner({
      patterns_max: patternsMax * 2,
      words_max: wordsMax,
      layout_lines: layoutLines,
    })
  }

  #beginAnew(): void {
    this.#miner = this.#newMiner()
    this.#places = new Int32Array(256)
    for (const group of this.groups) group.minedId = -1
  }

  #widen(id: number): void {
    const next = new Int32Array(Math.max(id + 1, this.#places.length * 2))
    next.set(this.#places)
    this.#places = next
  }

  #wait(id: number, line: string, level: number, timeMs: number, history: boolean): void {
    if (this.#fresh.length >= freshMax) {
      this.otherCount += 1
      return
    }
    this.#places[id] = -2 - this.#fresh.length
    this.#fresh.push({ id, line, level, timeMs, count: 1, history })
  }

  #again(fresh: Fresh, level: number, timeMs: number, history: boolean): void {
    fresh.count += 1
    if (level > fresh.level) fresh.level = level
    if (timeMs < fresh.timeMs) fresh.timeMs = timeMs
    fresh.history ||= history
  }

  /** Statements that are known patterns now: statements may have become one since. */
  #knownStatements(refreshed: readonly { template: string }[] | undefined): Map<number, PatternGroup> {
    const known = new Map<number, PatternGroup>()
    for (const group of this.groups) {
      if (group.minedId < 0) continue
      const statement = this.#miner.statementOf(group.minedId)
      if (known.has(statement)) continue
      known.set(statement, group)
      const template = refreshed?.[statement]?.template ?? group.template
      if (template !== group.template) this.#rename(group, template)
    }
    return known
  }

  /** A name that stands where others stood makes a pattern of its own until the miner has seen enough of them. */
  #near(template: string, { level }: Fresh): PatternGroup | undefined {
    const words = template.split(' ', 64)
    if (words.length < nearWordsMin) return undefined
    return this.groups.find(
      (group) =>
        group.level >= level &&
        (differsByOne(group.words, words) || (group.minedId < 0 && isOf(group.words, words))),
    )
  }

  #rename(group: PatternGroup, template: string): void {
    if (this.#byId.get(group.id) === group) this.#byId.delete(group.id)
    group.id = this.#mining.idOf(template)
    group.template = template
    group.words = template.split(' ', 64)
    if (!this.#byId.has(group.id)) this.#byId.set(group.id, group)
  }

  #new(template: string, fresh: Fresh): PatternGroup | undefined {
    if (this.groups.length >= this.#limits.patternsMax) return undefined
    const group: PatternGroup = {
      place: this.groups.length,
      id: this.#mining.idOf(template),
      template,
      words: template.split(' ', 64),
      example: Buffer.from(fresh.line.slice(0, exampleCharsMax), 'utf16le').toString('utf16le'),
      level: fresh.level,
      minedId: fresh.id,
      count: fresh.count,
      firstMs: fresh.timeMs,
      lastMs: fresh.timeMs,
      candidate: undefined,
    }
    this.groups.push(group)
    this.#byId.set(group.id, group)
    return group
  }
}

function note(group: PatternGroup, level: number, timeMs: number, count: number): void {
  group.count += count
  if (level > group.level) group.level = level
  if (timeMs > group.lastMs) group.lastMs = timeMs
  else if (timeMs < group.firstMs) group.firstMs = timeMs
  if (group.candidate) group.candidate.count += count
}

/** Whether words are of a template: what varies there may be anything, and most of it must not vary. */
function isOf(template: readonly string[], words: readonly string[]): boolean {
  if (template.length !== words.length) return false
  let same = 0
  for (let at = 0; at < template.length; at += 1)
    if (template[at] === words[at]) same += 1
    else if (template[at] !== anything) return false
  return 2 * same >= template.length
}

function differsByOne(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false
  let different = 0
  for (let at = 0; at < a.length; at += 1) if (a[at] !== b[at] && ++different > 1) return false
  return true
}
