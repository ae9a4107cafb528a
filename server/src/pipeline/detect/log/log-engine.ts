import type { TenantId } from '@aiops/contract/model/tenant'
import { type Finding, type MadePoints, type MadeSeries, noPoints } from './finding.ts'
import type { LineBlock } from './line-block.ts'
import { type KnownSource, keptPatternsMax, packedKnown, unpackedKnown } from './log-memory.ts'
import type { LogSettings } from './log-settings.ts'
import { type LineFacts, LogSource } from './log-source.ts'
import type { Mining } from './mining.ts'
import { SeriesNumbers } from './source-series.ts'

export type LogCommand =
  | { kind: 'lines'; nowMs: number; block: LineBlock }
  /** All stored lines of a tenant that are learned from were sent: from now on it is judged. */
  | { kind: 'learned'; tenant: TenantId; nowMs: number }
  | { kind: 'tick'; nowMs: number }
  /** What a process before this one knew; before any line. */
  | { kind: 'recall'; known: Uint8Array }
  /** Asks what is to be known after a restart. */
  | { kind: 'remember'; nowMs: number }

export type LogReply = {
  lines: number
  series: MadeSeries[]
  points: MadePoints
  findings: Finding[]
  /** Keys of services that were given up: nobody follows what was told of them. */
  gone: string[]
  /** As of now, and since the start. */
  stats: LogStats
  /** Answers `remember`. */
  known?: Uint8Array<ArrayBuffer>
  /** Answers `recall`, where nothing could be made of it. */
  refused?: string
}
/** `late`, `other`, `refused`: lines that came too late, of patterns or of services beyond the bounds; `evicted`: services given up. */
export type LogStats = {
  sources: number
  patterns: number
  bytes: number
  late: number
  other: number
  evicted: number
  refused: number
}

/** Patterns of sources that ask are settled in turns, so many a tick: a quarter of a second of work at most. */
const askPatternsMax = 20_000
/** A service is given up for another once it was silent for this long. */
const idleMs = 300_000

/** Lines → points and findings, of all tenants. Plain messages, so that it runs in a thread or in this one alike. */
export class LogEngine {
  readonly #settings: LogSettings
  readonly #mining: Mining
  readonly #numbers = new SeriesNumbers()
  /** The one silent longest first. */
  readonly #sources = new Map<string, LogSource>()
  readonly #judged = new Set<TenantId>()
  readonly #asking = new Set<LogSource>()
  /** By key, until its first line comes. */
  readonly #recalled = new Map<string, KnownSource>()
  /** Keys of sources that were given up since the last reply. */
  #gone: string[] = []
  #lost = { late: 0, other: 0, evicted: 0, refused: 0 }
  #stats: LogStats = { sources: 0, patterns: 0, bytes: 0, late: 0, other: 0, evicted: 0, refused: 0 }

  constructor(settings: LogSettings, mining: Mining) {
    this.#settings = settings
    this.#mining = mining
  }

  handle(command: LogCommand): LogReply {
    const points = noPoints()
    let findings: Finding[] = []
    let lines = 0
    if (command.kind === 'lines') {
      lines = command.block.source.length
      const touched = this.#take(command.block, command.nowMs)
      if (!command.block.history) for (const source of touched) close(source, command.nowMs, points)
    } else if (command.kind === 'learned') {
      this.#askOf(command.tenant, command.nowMs)
      this.#judged.add(command.tenant)
    } else if (command.kind === 'tick') findings = this.#tick(command.nowMs, points)
    const gone = this.#gone
    this.#gone = []
    return {
      lines,
      series: this.#numbers.take(),
      points,
      findings,
      gone,
      stats: this.#stats,
      ...(command.kind === 'remember' ? { known: packedKnown(this.#known(command.nowMs)) } : {}),
      ...(command.kind === 'recall' ? this.#recall(command.known) : {}),
    }
  }

  #take(block: LineBlock, nowMs: number): Set<LogSource> {
    const { source, level, timesMs, session, ends, text, history } = block
    const sources: (LogSource | undefined | null)[] = []
    const touched = new Set<LogSource>()
    const line: LineFacts = { level: 0, timeMs: 0, session: 0 }
    let start = 0
    for (let at = 0; at < source.length; at += 1) {
      const end = ends[at] as number
      const number = source[at] as number
      let known = sources[number]
      if (known === undefined) {
        known = this.#source(block, number, nowMs)
        sources[number] = known
        if (known) touched.add(known)
      }
      if (known) {
        line.level = level[at] as number
        line.timeMs = timesMs[at] as number
        line.session = session[at] as number
        known.add(text.slice(start, end), line, nowMs, history)
      } else this.#lost.refused += 1
      start = end
    }
    for (const each of touched) if (each.isAsking) this.#asking.add(each)
    return touched
  }

  /** Of a block; the last to be given up from now on. Null where all others still speak: who is known is not given up for a crowd. */
  #source({ tenant, sources }: LineBlock, number: number, nowMs: number): LogSource | null {
    const { label, name } = sources[number] as LineBlock['sources'][number]
    const key = `${tenant}\u0000${label}\u0000${name}`
    const known = this.#sources.get(key)
    if (known) {
      this.#sources.delete(key)
      this.#sources.set(key, known)
      known.seenMs = nowMs
      return known
    }
    if (this.#sources.size >= this.#settings.sourcesMax) {
      const oldest = this.#sources.values().next().value
      if (oldest && nowMs - oldest.seenMs < idleMs) return null
      if (oldest) this.#giveUp(oldest)
    }
    const source = new LogSource({ key, tenant, label, name }, this.#settings, this.#mining, this.#numbers)
    source.seenMs = nowMs
    const recalled = this.#recalled.get(key)
    if (recalled) source.recall(recalled)
    this.#recalled.delete(key)
    this.#sources.set(key, source)
    return source
  }

  #recall(bytes: Uint8Array): { refused?: string } {
    const known = unpackedKnown(bytes)
    if (typeof known === 'string') return { refused: known }
    for (const source of known) this.#recalled.set(source.key, source)
    return {}
  }

  /** Those that spoke last first, and those that have not spoken since the restart; as many as are kept. */
  #known(nowMs: number): KnownSource[] {
    const known: KnownSource[] = []
    let patterns = 0
    const all = [...this.#sources.values()].toReversed().map((source) => source.known(nowMs))
    for (const source of [...all, ...this.#recalled.values()]) {
      patterns += source.patterns.length
      if (patterns > keptPatternsMax) break
      known.push(source)
    }
    return known
  }

  #giveUp(source: LogSource): void {
    this.#sources.delete(source.key)
    this.#asking.delete(source)
    source.release()
    if (source.toldCount > 0) this.#gone.push(source.key)
    this.#lost.evicted += 1
    this.#lost.late += source.lost.late
    this.#lost.other += source.lost.other
  }

  #tick(nowMs: number, points: MadePoints): Finding[] {
    let patterns = 0
    for (const source of this.#asking) {
      if (patterns >= askPatternsMax) break
      patterns += source.patternCount + 64
      this.#asking.delete(source)
      source.ask(nowMs, this.#judged.has(source.tenant))
    }
    const findings: Finding[] = []
    let open = 0
    for (const source of this.#sources.values()) open += source.toldCount
    for (const source of this.#sources.values()) {
      source.judging = this.#judged.has(source.tenant) && source.isLearned(nowMs)
      close(source, nowMs, points)
      const told = source.tell(nowMs, this.#settings.toldMax - open)
      for (const finding of told) {
        if (finding.kind === 'OPENED') open += 1
        findings.push(finding)
      }
    }
    this.#measure()
    return findings
  }

  #askOf(tenant: TenantId, nowMs: number): void {
    for (const source of this.#asking) {
      if (source.tenant !== tenant) continue
      this.#asking.delete(source)
      source.ask(nowMs, false)
    }
  }

  /** What it holds, and less of it where that is too much. */
  #measure(): void {
    const stats = { sources: 0, patterns: 0, bytes: 0, ...this.#lost }
    for (const source of this.#sources.values()) {
      stats.bytes += source.sizeBytes
      stats.patterns += source.patternCount
      stats.late += source.lost.late
      stats.other += source.lost.other
    }
    if (stats.bytes > this.#settings.memoryMaxBytes) this.#giveUpLargest(stats)
    this.#stats = { ...stats, sources: this.#sources.size, evicted: this.#lost.evicted }
  }

  /** Those that hold most, until a tenth is free: whoever writes a new form with every line pays for it. */
  #giveUpLargest(stats: { bytes: number }): void {
    const largest = [...this.#sources.values()].sort((a, b) => b.sizeBytes - a.sizeBytes)
    for (const source of largest) {
      if (stats.bytes <= this.#settings.memoryMaxBytes * 0.9) return
      stats.bytes -= source.sizeBytes
      this.#giveUp(source)
    }
  }
}

/** Points of one reply, about: whoever takes them is held for milliseconds. Intervals left open are closed with the next tick. */
const pointsMax = 3_000

function close(source: LogSource, nowMs: number, points: MadePoints): void {
  if (points.series.length < pointsMax) source.close(nowMs, points)
}
