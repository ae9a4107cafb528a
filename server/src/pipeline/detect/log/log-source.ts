import type { TenantId } from '@aiops/contract/model/tenant'
import { CountWindow } from './count-window.ts'
import type { Finding, MadePoints } from './finding.ts'
import { levels } from './line-block.ts'
import { type KnownSource, keptMs } from './log-memory.ts'
import type { LogSettings } from './log-settings.ts'
import type { Mining } from './mining.ts'
import {
  confidenceOf,
  enoughOf,
  isWorthTelling,
  type Learned,
  newPatternFinding,
  nextOf,
  type Told,
} from './new-pattern.ts'
import { type ParameterFinding, ParameterWatch, parameterSeries } from './parameter-watch.ts'
import type { PatternGroup } from './pattern-group.ts'
import { PatternTable } from './pattern-table.ts'
import { patternLabels, patternRate, RatePoints } from './rate-points.ts'
import { SequenceWatch, sequenceSeries } from './sequence-watch.ts'
import { type SeriesNumbers, SourceSeries } from './source-series.ts'

/** First lines from which it is learned where their messages begin. */
const layoutLines = 48
const wordsPerPattern = 8

export type LineFacts = { level: number; timeMs: number; session: number }

/** One who writes lines: its patterns, its counts, what was told of it. */
export class LogSource {
  readonly key: string
  readonly tenant: TenantId
  readonly name: string
  /** By the platform's clock. */
  seenMs = 0
  readonly #settings: LogSettings
  readonly #table: PatternTable
  readonly #window: CountWindow
  readonly #series: SourceSeries
  readonly #points: RatePoints
  readonly #parameters: ParameterWatch
  readonly #sequences: SequenceWatch
  #candidates: PatternGroup[] = []
  readonly #told = new Map<PatternGroup, Told>()
  #sinceMs = Number.POSITIVE_INFINITY
  #lines = 0
  #born = 0
  /** Whether it is learned and may be told of, as of the last tick. */
  judging = false

  constructor(
    origin: { key: string; tenant: TenantId; label: string; name: string },
    settings: LogSettings,
    mining: Mining,
    numbers: SeriesNumbers,
  ) {
    this.key = origin.key
    this.tenant = origin.tenant
    this.name = origin.name
    this.#settings = settings
    const { patternsMax } = settings
    this.#table = new PatternTable(
      { patternsMax, wordsMax: patternsMax * wordsPerPattern, layoutLines },
      mining,
    )
    this.#window = new CountWindow(settings, levels.length)
    this.#series = new SourceSeries(numbers, origin.tenant, { [origin.label]: origin.name })
    this.#parameters = new ParameterWatch(settings)
    this.#sequences = new SequenceWatch(settings)
    this.#points = new RatePoints(settings.bucketMs, this.#series, settings.patternSeriesMax)
  }

  get sizeBytes(): number {
    return this.#table.sizeBytes + this.#parameters.sizeBytes + this.#sequences.sizeBytes
  }
  get toldCount(): number {
    return this.#told.size + this.#parameters.toldCount + this.#sequences.toldCount
  }
  get isAsking(): boolean {
    return this.#table.isAsking
  }
  get patternCount(): number {
    return this.#table.groups.length
  }
  /** Lines that came too late to count, and lines of patterns beyond the bounds. */
  get lost(): { late: number; other: number } {
    return { late: this.#window.lateCount, other: this.#table.otherCount }
  }

  add(line: string, { level, timeMs, session }: LineFacts, nowMs: number, history: boolean): void {
    this.#lines += 1
    if (timeMs > 0 && timeMs < this.#sinceMs) this.#sinceMs = timeMs
    const group = this.#table.add(line, level, timeMs, history)
    if (group) this.#parameters.add(group, line, timeMs, !history && this.judging)
    if (history) {
      if (group?.candidate) this.#drop(group)
      return
    }
    if (group && session !== 0) this.#sequences.add(session, group, nowMs)
    const bucket = this.#window.at(timeMs, nowMs, (group?.place ?? -1) + 1)
    if (!bucket) return
    bucket.levels[level] = (bucket.levels[level] as number) + 1
    if (group) bucket.patterns[group.place] = (bucket.patterns[group.place] as number) + 1
  }

  /** What a process before this one knew of it. Before its first line. */
  recall({ sinceMs, lines, born, patterns }: KnownSource): void {
    this.#sinceMs = Math.min(this.#sinceMs, sinceMs)
    this.#lines += lines
    this.#born += born
    this.#table.recall(patterns)
  }

  /** What is to be known of it after a restart: not what is being told, nor what may be. */
  known(nowMs: number): KnownSource {
    const patterns = this.#table.groups
      .filter((group) => !group.candidate && !this.#told.has(group) && nowMs - group.lastMs < keptMs)
      .map(({ template, example, level, count, firstMs, lastMs }) => ({
        ...{ template, example, level, count, firstMs, lastMs },
      }))
    const { key, tenant } = this
    return { ...{ key, tenant, patterns }, sinceMs: this.#sinceMs, lines: this.#lines, born: this.#born }
  }

  /** Asks the miner what is not known; `judging` false: all of it is learned. */
  ask(nowMs: number, judging: boolean): void {
    const learned = judging && this.isLearned(nowMs)
    for (const group of this.#table.ask(!learned)) {
      if (!learned) continue
      group.candidate = { sinceMs: nowMs, count: group.count }
      this.#candidates.push(group)
    }
  }

  close(nowMs: number, into: MadePoints): void {
    const learned = this.isLearned(nowMs)
    for (const bucket of this.#window.close(nowMs))
      this.#points.add(bucket, this.#table.groups, learned, into)
  }

  /** What there is to tell by now; `room`: how many more may be open. */
  tell(nowMs: number, room: number): Finding[] {
    const findings: Finding[] = []
    let left = room
    for (const group of this.#candidates) {
      if (!group.candidate || this.#told.has(group)) continue
      if (left > 0 && isWorthTelling(group, this.#settings) && this.#isSure(group, nowMs)) {
        left -= 1
        findings.push(this.#open(group, nowMs))
      } else if (nowMs - group.candidate.sinceMs > this.#settings.newWithinMs) this.#drop(group)
    }
    this.#candidates = this.#candidates.filter((group) => group.candidate && !this.#told.has(group))
    for (const told of this.#told.values()) {
      const next = nextOf(told, this.#settings, nowMs)
      if (!next) continue
      told.toldCount = told.group.count - told.countBefore
      told.toldMs = nowMs
      if (next === 'ENDED') this.#end(told)
      findings.push(this.#finding(told, next, nowMs))
    }
    findings.push(...this.#tellMore(nowMs, left))
    return findings
  }

  /** Numbers out of their range and sessions that go another way. */
  #tellMore(nowMs: number, room: number): Finding[] {
    const findings = this.#parameters.tell(nowMs, room).map((found) => this.#parameterFinding(found))
    const broken = this.#sequences.tell(nowMs, this.judging, findings.length < room)
    if (broken)
      findings.push({
        ...broken,
        sentence: `${this.name}: ${broken.sentence}`,
        key: `${this.key}\u0000sequence`,
        tenant: this.tenant,
        series: { labels: this.#series.labelsOf(sequenceSeries, {}), unit: '1' },
      })
    return findings
  }

  #parameterFinding(found: { group: PatternGroup; slot: number; finding: ParameterFinding }): Finding {
    const { unit, ...finding } = found.finding
    const part = { pattern_id: found.group.id, parameter: `${found.slot + 1}` }
    return {
      ...finding,
      sentence: `${this.name}: ${finding.sentence}`,
      key: `${this.key}\u0000${found.group.id}\u0000${found.slot}`,
      tenant: this.tenant,
      series: { labels: this.#series.labelsOf(parameterSeries, part), unit },
    }
  }

  /** Gives back its series. */
  release(): void {
    this.#series.release()
  }

  isLearned(nowMs: number): boolean {
    return this.#lines >= this.#settings.learnLines && nowMs - this.#sinceMs >= this.#settings.learnMs
  }

  /** A source that brings new lines all the time brings no news. */
  #isSure(group: PatternGroup, nowMs: number): boolean {
    return this.#confidence(group, group.candidate?.count ?? 0, nowMs) >= this.#settings.confidenceMin
  }

  #confidence(group: PatternGroup, count: number, nowMs: number): number {
    return confidenceOf(this.#learned(), count / enoughOf(group, this.#settings), nowMs)
  }

  #learned(): Learned {
    return { name: this.name, sinceMs: this.#sinceMs, lines: this.#lines, born: this.#born }
  }

  #open(group: PatternGroup, nowMs: number): Finding {
    const count = group.candidate?.count ?? 1
    const told: Told = {
      group,
      startedMs: Math.min(group.firstMs, nowMs),
      countBefore: group.count - count,
      toldCount: count,
      toldMs: nowMs,
      confidence: this.#confidence(group, count, nowMs),
    }
    this.#born += 1
    this.#told.set(group, told)
    this.#points.show(group)
    return this.#finding(told, 'OPENED', nowMs)
  }

  #end(told: Told): void {
    this.#told.delete(told.group)
    told.group.candidate = undefined
  }

  #drop(group: PatternGroup): void {
    if (isWorthTelling(group, this.#settings)) this.#born += 1
    group.candidate = undefined
  }

  #finding(told: Told, kind: Finding['kind'], nowMs: number): Finding {
    const found = newPatternFinding(told, this.#learned(), kind, nowMs)
    return {
      ...found,
      key: `${this.key}\u0000${told.group.id}`,
      tenant: this.tenant,
      series: { labels: this.#series.labelsOf(patternRate, patternLabels(told.group)), unit: '1/s' },
    }
  }
}
