import type { Labels } from '@aiops/contract/model/label'
import { redact } from '../../../kernel/redaction.ts'
import type { CountBucket } from './count-window.ts'
import type { MadePoints } from './finding.ts'
import { errorLevel, levels, warnLevel } from './line-block.ts'
import type { PatternGroup } from './pattern-group.ts'
import type { SourceSeries } from './source-series.ts'

export const recordsRate = 'log.records:rate'
export const errorRatio = 'log.records:error_ratio'
export const patternRate = 'log.pattern.records:rate'
const perSecond = '1/s'

/** Fewer lines make no ratio: they wait for those of the next intervals, so many at most. */
const ratioLinesMin = 50
const ratioIntervalsMax = 30
/** Which patterns have series is looked at again every so many intervals. */
const chooseEvery = 30
/** A pattern rarer than this says nothing by its rate: per second. */
const rateMin = 0.2

const heads = ['info', 'warn', 'error'] as const

const templateMax = 120

/** Of a pattern's series: its id, and how it reads, without what looks like a secret. */
export const patternLabels = ({ id, template }: Pick<PatternGroup, 'id' | 'template'>): Labels => ({
  pattern_id: id,
  pattern: redact(template).text.slice(0, templateMax),
})

/** An interval's counts of one source → points: lines per second by level, share of errors, lines per second of the most frequent patterns. */
export class RatePoints {
  readonly #bucketMs: number
  readonly #series: SourceSeries
  readonly #patternsMax: number
  readonly #seen = [false, false, false]
  #ratio = { lines: 0, errors: 0, intervals: 0 }
  #chosen: PatternGroup[] = []
  /** By place: count at the last choice. */
  #counted: number[] = []
  #intervals = 0

  constructor(bucketMs: number, series: SourceSeries, patternsMax: number) {
    this.#bucketMs = bucketMs
    this.#series = series
    this.#patternsMax = patternsMax
  }

  /** `patterns`: whether the source is learned, so that its most frequent ones are known. */
  add(bucket: CountBucket, groups: readonly PatternGroup[], patterns: boolean, into: MadePoints): void {
    const timeMs = (bucket.number + 1) * this.#bucketMs
    const put = (number: number, value: number): void => {
      into.series.push(number)
      into.timesMs.push(timeMs)
      into.values.push(value)
    }
    const seconds = this.#bucketMs / 1_000
    const counts = [0, 0, 0]
    for (let level = 0; level < levels.length; level += 1) {
      const head = level >= errorLevel ? 2 : level >= warnLevel ? 1 : 0
      counts[head] = (counts[head] as number) + (bucket.levels[level] as number)
    }
    for (let head = 0; head < heads.length; head += 1) {
      const count = counts[head] as number
      this.#seen[head] ||= count > 0
      if (this.#seen[head])
        put(this.#series.of(recordsRate, perSecond, { level: heads[head] as string }), count / seconds)
    }
    const share = this.#share(counts)
    if (share !== undefined) put(this.#series.of(errorRatio, '1'), share)
    if (!patterns) return
    if (this.#intervals % chooseEvery === 0) this.#choose(groups)
    this.#intervals += 1
    for (const group of this.#chosen)
      put(
        this.#series.of(patternRate, perSecond, patternLabels(group)),
        (bucket.patterns[group.place] ?? 0) / seconds,
      )
  }

  /** From now on the rate of this pattern is a series: it was told. */
  show(group: PatternGroup): void {
    if (this.#patternsMax === 0 || this.#chosen.some(({ id }) => id === group.id)) return
    this.#chosen.push(group)
    if (this.#chosen.length > this.#patternsMax * 2) this.#chosen.shift()
  }

  #share([info = 0, warn = 0, errors = 0]: readonly number[]): number | undefined {
    const ratio = this.#ratio
    ratio.lines += info + warn + errors
    ratio.errors += errors
    ratio.intervals += 1
    const enough = ratio.lines >= ratioLinesMin
    if (!enough && ratio.intervals < ratioIntervalsMax) return undefined
    this.#ratio = { lines: 0, errors: 0, intervals: 0 }
    return enough ? ratio.errors / ratio.lines : undefined
  }

  /** The most frequent since the last choice; one that is chosen stays until it is rare. */
  #choose(groups: readonly PatternGroup[]): void {
    const least = this.#intervals === 0 ? 1 : (chooseEvery * this.#bucketMs * rateMin) / 1_000
    const gained = (group: PatternGroup): number => group.count - (this.#counted[group.place] ?? 0)
    const kept = this.#chosen.filter((group) => group.candidate !== undefined || gained(group) >= least / 2)
    const ids = new Set(kept.map(({ id }) => id))
    const ranked = groups.filter((group) => gained(group) >= least).sort((a, b) => gained(b) - gained(a))
    for (const group of ranked) {
      if (kept.length >= this.#patternsMax) break
      if (ids.has(group.id)) continue
      ids.add(group.id)
      kept.push(group)
    }
    this.#chosen = kept
    this.#counted = groups.map(({ count }) => count)
  }
}
