import type { Finding } from './finding.ts'
import type { LogSettings } from './log-settings.ts'
import { lengthOf, short } from './new-pattern.ts'
import type { PatternGroup } from './pattern-group.ts'

/** Sessions of one source that are open at one time; where there are more, one of so many is followed, by its hash. */
const sessionsMax = 2_000
const everyMax = 4_096
const thinnedMs = 60_000
/** A session without a line for this long is over. */
const idleMs = 15_000
/** Sessions of more lines than this are not told by how they go. */
const linesMax = 64
/** Sessions of two lines or more that teach how they go, before one can be broken. */
const learnedMin = 100
/** A last line, or one line after another, is usual that was seen in this share of sessions. */
const usualShare = 0.01
/** Ways from one line to the next that are told apart. */
const stepsMax = 2_048
/** Steps never seen that are kept of one session. */
const oddMax = 4
/** Where counts are halved. */
const halvedAt = 4_096
/** Sessions over which the share of broken ones is judged, and how many judgements in a row tell. */
const judgedSessions = 20
const judgedTimes = 2
/** Least share of broken ones that is told, and how far beyond what is usual. */
const brokenMin = 0.3
const brokenFactor = 4

type Session = {
  last: PatternGroup
  lastMs: number
  lines: number
  odd: PatternGroup | undefined
  steps: number[]
}
type Told = { sinceMs: number; lastMs: number; worst: number; ratio: number; example: PatternGroup }
type Judged = { sessions: number; sinceMs: number; of: Session[] }

export const sequenceSeries = 'log.sequence:broken_ratio'

const newJudged = (): Judged => ({ sessions: 0, sinceMs: 0, of: [] })

/**
 * How sessions go: which line comes after which, and with which one they end, as counts (a Markov chain of the first order). A session is
 * broken that takes a step never seen, or ends where sessions do not; one alone tells nothing, a share of them does.
 */
export class SequenceWatch {
  readonly #settings: LogSettings
  /** The one without a line for longest first. */
  readonly #sessions = new Map<number, Session>()
  /** One session of so many is followed. */
  #every = 1
  #thinnedMs = 0
  readonly #steps = new Map<number, number>()
  readonly #ends = new Map<PatternGroup, number>()
  #learned = 0
  /** Share of broken sessions that is usual. */
  #usual = 0
  #judged = newJudged()
  #inRow = 0
  #told: Told | undefined
  #tellable: number | undefined

  constructor(settings: LogSettings) {
    this.#settings = settings
  }

  get sizeBytes(): number {
    return this.#sessions.size * 160 + this.#steps.size * 48 + this.#ends.size * 48
  }
  get toldCount(): number {
    return this.#told ? 1 : 0
  }

  /** A line of a session, by a known pattern. `nowMs` is the platform's clock. */
  add(session: number, group: PatternGroup, nowMs: number): void {
    if (session % this.#every !== 0) return
    const known = this.#sessions.get(session)
    if (!known) {
      if (this.#sessions.size >= sessionsMax) {
        this.#thin(nowMs)
        if (session % this.#every !== 0) return
      }
      this.#sessions.set(session, { last: group, lastMs: nowMs, lines: 1, odd: undefined, steps: [] })
      return
    }
    const key = known.last.place * 65_536 + group.place
    if (this.#steps.has(key) || !this.#isLearned) this.#step(key)
    else {
      known.odd ??= group
      if (known.steps.length < oddMax) known.steps.push(key)
    }
    known.last = group
    known.lastMs = nowMs
    known.lines += 1
    this.#sessions.delete(session)
    this.#sessions.set(session, known)
  }

  /** Takes sessions that are over, and says what there is to say. */
  tell(nowMs: number, judging: boolean, room: boolean): SequenceFinding | undefined {
    for (const [id, session] of this.#sessions) {
      if (nowMs - session.lastMs < idleMs) break
      this.#sessions.delete(id)
      this.#close(session, nowMs, judging)
    }
    if (this.#every > 1 && this.#sessions.size < sessionsMax / 8 && nowMs - this.#thinnedMs > thinnedMs) {
      this.#every /= 2
      this.#thinnedMs = nowMs
    }
    const told = this.#told
    if (told && this.#tellable === undefined) {
      if (nowMs - told.lastMs < this.#settings.quietMs && nowMs - told.sinceMs < this.#settings.adoptMs)
        return undefined
      this.#told = undefined
      const ended = this.#finding(told, 'ENDED', nowMs)
      if (nowMs - told.sinceMs >= this.#settings.adoptMs) this.#forget()
      return ended
    }
    if (!told || this.#tellable === undefined || !room) return undefined
    this.#tellable = undefined
    return this.#finding(told, 'OPENED', nowMs)
  }

  get #isLearned(): boolean {
    return this.#learned >= learnedMin
  }

  /** How sessions go now is learned anew. */
  #forget(): void {
    this.#steps.clear()
    this.#ends.clear()
    this.#learned = 0
    this.#usual = 0
    this.#inRow = 0
  }

  /** Twice as few sessions are followed, so that those that are can be to their end. */
  #thin(nowMs: number): void {
    this.#every = Math.min(everyMax, this.#every * 2)
    this.#thinnedMs = nowMs
    for (const id of this.#sessions.keys()) if (id % this.#every !== 0) this.#sessions.delete(id)
    // Only where their ids are made to fit: what is open is given up.
    if (this.#sessions.size >= sessionsMax) this.#sessions.clear()
  }

  #close(session: Session, nowMs: number, judging: boolean): void {
    const { lines, last } = session
    if (lines > linesMax) return
    const usualEnd = (this.#ends.get(last) ?? 0) >= usualShare * this.#learned
    // One line alone is no sequence, unless others go on from it.
    if (lines < 2 && (usualEnd || !this.#isLearned)) return
    const broken = this.#isLearned && (session.odd !== undefined || !usualEnd)
    if (!broken) this.#learn(last)
    if (judging && this.#isLearned) this.#judge(broken ? session : undefined, nowMs)
    else if (broken) this.#learnBroken(session)
  }

  #step(key: number): void {
    const count = this.#steps.get(key) ?? 0
    if (count > 0 || this.#steps.size < stepsMax) this.#steps.set(key, count + 1)
  }

  #learnBroken({ last, steps }: Session): void {
    this.#learn(last)
    for (const key of steps) this.#step(key)
  }

  #learn(last: PatternGroup): void {
    this.#ends.set(last, (this.#ends.get(last) ?? 0) + 1)
    this.#learned += 1
    if (this.#learned < halvedAt) return
    this.#learned = 0
    for (const [group, count] of this.#ends) {
      if (count < 2) this.#ends.delete(group)
      else {
        this.#ends.set(group, count >> 1)
        this.#learned += count >> 1
      }
    }
  }

  /** What is broken teaches only where it is rare: not before its like were judged together. */
  #judge(broken: Session | undefined, nowMs: number): void {
    const judged = this.#judged
    if (judged.sessions === 0) judged.sinceMs = nowMs
    judged.sessions += 1
    if (broken) judged.of.push(broken)
    if (judged.sessions < judgedSessions) return
    const ratio = judged.of.length / judged.sessions
    const much = ratio >= Math.max(brokenMin, this.#usual * brokenFactor)
    this.#inRow = much ? this.#inRow + 1 : 0
    if (much) this.#found(judged, ratio, nowMs)
    else {
      this.#usual += 0.1 * (ratio - this.#usual)
      for (const session of judged.of) this.#learnBroken(session)
    }
    this.#judged = newJudged()
  }

  #found(judged: Judged, ratio: number, nowMs: number): void {
    if (this.#told) {
      this.#told.lastMs = nowMs
      this.#told.worst = Math.max(this.#told.worst, ratio)
      return
    }
    if (this.#inRow < judgedTimes) return
    const first = judged.of[0] as Session
    const example = first.odd ?? first.last
    this.#told = { sinceMs: judged.sinceMs, lastMs: nowMs, worst: ratio, ratio, example }
    this.#tellable = nowMs
  }

  #finding(told: Told, kind: Finding['kind'], nowMs: number): SequenceFinding {
    const { example, worst, sinceMs, lastMs } = told
    const adopted = kind === 'ENDED' && nowMs - lastMs < this.#settings.quietMs
    const end =
      kind !== 'ENDED'
        ? ''
        : adopted
          ? '; it lasted so long that it counts as usual now'
          : '; then they went as usual'
    const spread = Math.sqrt(Math.max(this.#usual, 0.01) / judgedSessions)
    return {
      kind,
      startedMs: sinceMs,
      atMs: kind === 'ENDED' && !adopted ? lastMs : nowMs,
      shape: 'BROKEN_SEQUENCE',
      severity: worst >= 0.8 ? 'MEDIUM' : 'LOW',
      tier: 'BASIC',
      expected: { low: 0, mid: this.#usual, high: Math.max(brokenMin, this.#usual * brokenFactor) },
      actual: worst,
      deviation: (worst - this.#usual) / spread,
      score: worst,
      confidence: 0.9 * (1 - Math.exp(-this.#learned / 200)) * worst,
      sentence: `${Math.round(worst * 100)} % of sessions do not go as usual (usually ${Math.round(this.#usual * 100)} %), in ${lengthOf(Math.max(1, (lastMs - sinceMs) / 1_000))}; they stop at, or come to, “${short(example.template)}”${end}`,
      pattern: { id: example.id, template: example.template, example: example.example },
    }
  }
}

export type SequenceFinding = Omit<Finding, 'key' | 'tenant' | 'series'>
