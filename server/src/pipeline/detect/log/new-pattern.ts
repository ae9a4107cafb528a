import type { Finding } from './finding.ts'
import { errorLevel, fatalLevel, levels, warnLevel } from './line-block.ts'
import type { LogSettings } from './log-settings.ts'
import type { PatternGroup } from './pattern-group.ts'

/** What tells of a source how usual new patterns are there. */
export type Learned = {
  name: string
  /** Its first line, by the lines' time. */
  sinceMs: number
  lines: number
  /** Patterns that were new since it was learned and had lines enough to be told. */
  born: number
}

export type Told = {
  group: PatternGroup
  startedMs: number
  countBefore: number
  toldCount: number
  toldMs: number
  /** As of when it was told. */
  confidence: number
}

const updateMs = 30_000

/** Lines that are enough for a pattern to be told. */
export const enoughOf = ({ level }: PatternGroup, settings: LogSettings): number =>
  level >= fatalLevel ? 1 : level >= warnLevel ? settings.newCount : settings.burstCount

/** Whether a candidate has enough lines by now to be told: one FATAL line, a few warnings or errors, a burst of others. */
export const isWorthTelling = (group: PatternGroup, settings: LogSettings): boolean =>
  group.candidate !== undefined && group.candidate.count >= enoughOf(group, settings)

/** What became of a pattern that was told, where there is something to say. */
export function nextOf(told: Told, settings: LogSettings, nowMs: number): 'UPDATED' | 'ENDED' | undefined {
  const { group, toldCount, toldMs } = told
  if (nowMs - group.lastMs >= settings.quietMs || nowMs - told.startedMs >= settings.adoptMs) return 'ENDED'
  return nowMs - toldMs >= updateMs && group.count - told.countBefore >= 2 * toldCount ? 'UPDATED' : undefined
}

export function newPatternFinding(
  told: Told,
  learned: Learned,
  kind: Finding['kind'],
  nowMs: number,
): Omit<Finding, 'tenant' | 'series' | 'key'> {
  const { group, startedMs } = told
  const count = group.count - told.countBefore
  const seconds = Math.max(1, (Math.max(group.lastMs, startedMs) - startedMs) / 1_000)
  const perSecond = count / Math.max(10, seconds)
  const adopted = kind === 'ENDED' && nowMs - group.lastMs < 60_000
  return {
    kind,
    startedMs,
    atMs: kind === 'ENDED' && !adopted ? group.lastMs : nowMs,
    shape: 'NEW_PATTERN',
    severity: group.level >= errorLevel ? 'MEDIUM' : 'LOW',
    tier: 'BASIC',
    expected: { low: 0, mid: 0, high: 0 },
    actual: perSecond,
    // Counts scatter as their root: none was expected, so one line is one.
    deviation: count,
    score: count / (count + 3),
    confidence: told.confidence,
    sentence: sentenceOf(group, learned, count, seconds, startedMs, kind, adopted),
    pattern: { id: group.id, template: group.template, example: group.example },
  }
}

/**
 * How sure that a pattern is news: where new ones came at a rate before, one more within the next ten minutes is as likely as a Poisson
 * process of that rate gives (half an event is added, for a source that was seen for a short time only). New ones with many lines are rarer
 * in proportion (Zipf): `size` is how often this one has the lines that are enough. Not fitted to labels.
 */
export function confidenceOf({ sinceMs, lines, born }: Learned, size: number, atMs: number): number {
  const tenMinutes = Math.max(0.1, (atMs - sinceMs) / 600_000)
  const usual = (born + 0.5) / Math.max(1, size)
  return 0.95 * Math.exp(-usual / tenMinutes) * (1 - Math.exp(-lines / 50))
}

function sentenceOf(
  { template, level }: PatternGroup,
  { name, sinceMs }: Learned,
  count: number,
  seconds: number,
  startedMs: number,
  kind: Finding['kind'],
  adopted: boolean,
): string {
  const often = count === 1 ? 'once' : `${count} times in ${lengthOf(seconds)}`
  const before = lengthOf(Math.max(1, (startedMs - sinceMs) / 1_000))
  const end =
    kind !== 'ENDED'
      ? ''
      : adopted
        ? '; it lasted so long that it counts as usual now'
        : '; it was not seen since'
  const grade = level >= warnLevel ? `${levels[level]} ` : ''
  return `${name} logs a new ${grade}line: “${short(template)}”, ${often}, never in the ${before} before${end}`
}

/** Whole seconds, minutes or hours. */
export function lengthOf(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`
  return seconds < 7_200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`
}

/** Fits a line. */
export const short = (text: string): string => (text.length > 160 ? `${text.slice(0, 159)}…` : text)
