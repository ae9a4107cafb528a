import type { CorrelationLesson } from '@aiops/contract/model/correlation-lesson'
import type { TenantId } from '@aiops/contract/model/tenant'
import { type Clock, isoTime } from '../../../kernel/clock.ts'
import { Fault } from '../../../kernel/fault.ts'
import { SerialExecutor } from '../../../kernel/queue.ts'
import type { Random } from '../../../kernel/random.ts'
import type {
  IncidentLifeRepository,
  LessonVote,
  StoredLesson,
} from '../../../port/incident-life-repository.ts'
import { logOddsMax } from './lesson.ts'
import { type Pair, pairKey, type TaughtPair } from './pair.ts'

export type LessonSettings = {
  halfLifeMs: number
  /** Lessons of a tenant; the longest untouched gives way. */
  lessonsMax: number
  /** What one person does within an hour beyond this is done, and teaches nothing. */
  actsMax: number
}

/** What one person can weigh in one lesson, whatever they do: lessons need several people to become sure. */
const voteMax = 3
/** People remembered of one lesson, the latest. */
const votersMax = 20
/** Jeffreys' prior: half a joining and half a parting, before anybody did either. */
const prior = 0.5
/** Faded so far, a lesson says nothing any more and is dropped. */
const weightMin = 0.05
const hourMs = 3_600_000
const peopleMax = 10_000

/**
 * Each tenant's lessons as they are kept. A lesson counts how often people joined and parted such pairs, each act fading with its
 * half-life; its log-odds are those of the two counts, bounded, so that nothing that is taught outweighs all that is seen.
 */
export class LessonBook {
  readonly #repository: IncidentLifeRepository
  readonly #clock: Clock
  readonly #random: Random
  readonly #settings: LessonSettings
  readonly #executor = new SerialExecutor('lessons of correlation', 1_000)
  readonly #tenants = new Map<TenantId, Map<string, StoredLesson>>()
  /** Times of acts within the last hour, by tenant and person. */
  readonly #acts = new Map<string, number[]>()

  constructor(
    deps: { repository: IncidentLifeRepository; clock: Clock; random: Random },
    settings: LessonSettings,
  ) {
    this.#repository = deps.repository
    this.#clock = deps.clock
    this.#random = deps.random
    this.#settings = settings
  }

  /** Each pair once more joined or parted. Returns false, and has learned nothing, for who has taught too much within the hour. */
  learn(tenant: TenantId, actor: string, pairs: readonly Pair[], joined: boolean): Promise<boolean> {
    return this.#executor.run(async () => {
      const nowMs = this.#clock.now()
      if (!this.#may(`${tenant} ${actor}`, nowMs)) return false
      const known = await this.#load(tenant)
      const changed = pairs.map((pair) => {
        const lesson = this.#taughtOnce(known.get(pairKey(pair)), pair, actor, joined, nowMs)
        return lesson
      })
      await this.#repository.saveLessons(tenant, changed)
      for (const lesson of changed) known.set(pairKey(lesson), lesson)
      await this.#trim(tenant, known)
      return true
    })
  }

  /** The latest first. */
  list(tenant: TenantId): Promise<CorrelationLesson[]> {
    return this.#executor.run(async () => {
      const nowMs = this.#clock.now()
      const all = [...(await this.#load(tenant)).values()].map((lesson) => this.#shown(lesson, nowMs))
      return all.sort((a, b) =>
        a.updated_at === b.updated_at ? (a.id < b.id ? -1 : 1) : a.updated_at < b.updated_at ? 1 : -1,
      )
    })
  }

  /** Rejects with NOT_FOUND. */
  forget(tenant: TenantId, id: string): Promise<void> {
    return this.#executor.run(async () => {
      const known = await this.#load(tenant)
      const found = [...known].find(([, lesson]) => lesson.id === id)
      if (!found) throw new Fault('NOT_FOUND', `There is no lesson ${id}.`)
      await this.#repository.deleteLesson(tenant, id)
      known.delete(found[0])
    })
  }

  /** As they weigh now. What has faded is dropped. */
  taught(tenant: TenantId): Promise<TaughtPair[]> {
    return this.#executor.run(async () => {
      const nowMs = this.#clock.now()
      const known = await this.#load(tenant)
      const taught: TaughtPair[] = []
      for (const [key, lesson] of known) {
        const { joined, parted, log_odds } = this.#shown(lesson, nowMs)
        if (joined + parted < weightMin) {
          await this.#repository.deleteLesson(tenant, lesson.id)
          known.delete(key)
        } else taught.push({ a: lesson.a, b: lesson.b, relation: lesson.relation, logOdds: log_odds })
      }
      return taught
    })
  }

  async #load(tenant: TenantId): Promise<Map<string, StoredLesson>> {
    let known = this.#tenants.get(tenant)
    if (!known) {
      const stored = await this.#repository.lessons(tenant)
      known = new Map(stored.map((lesson) => [pairKey(lesson), lesson]))
      this.#tenants.set(tenant, known)
    }
    return known
  }

  #may(who: string, nowMs: number): boolean {
    const acts = (this.#acts.get(who) ?? []).filter((atMs) => nowMs - atMs < hourMs)
    if (acts.length >= this.#settings.actsMax) return false
    // Forgetting everybody errs towards learning, and only after ten thousand people.
    if (this.#acts.size > peopleMax) this.#acts.clear()
    this.#acts.set(who, [...acts, nowMs])
    return true
  }

  #taughtOnce(
    known: StoredLesson | undefined,
    pair: Pair,
    actor: string,
    joined: boolean,
    nowMs: number,
  ): StoredLesson {
    const at = isoTime(nowMs)
    const base = known ?? { id: this.#random.uuid(nowMs), ...pair, created_at: at, votes: [] }
    const before = this.#faded(
      base.votes.find(({ user }) => user === actor),
      nowMs,
    )
    const vote = { joined: before.joined + (joined ? 1 : 0), parted: before.parted + (joined ? 0 : 1) }
    const scale = Math.min(1, voteMax / (vote.joined + vote.parted))
    const own = { user: actor, joined: vote.joined * scale, parted: vote.parted * scale, atMs: nowMs }
    const others = base.votes.filter(({ user }) => user !== actor)
    return { ...base, updated_at: at, votes: [...others, own].slice(-votersMax) }
  }

  #faded(vote: LessonVote | undefined, nowMs: number): { joined: number; parted: number } {
    if (!vote) return { joined: 0, parted: 0 }
    const left = 0.5 ** (Math.max(0, nowMs - vote.atMs) / this.#settings.halfLifeMs)
    return { joined: vote.joined * left, parted: vote.parted * left }
  }

  #shown({ votes, ...lesson }: StoredLesson, nowMs: number): CorrelationLesson {
    const sum = { joined: 0, parted: 0 }
    for (const vote of votes) {
      const { joined, parted } = this.#faded(vote, nowMs)
      sum.joined += joined
      sum.parted += parted
    }
    const odds = Math.log((sum.joined + prior) / (sum.parted + prior))
    const log_odds = Math.max(-logOddsMax, Math.min(logOddsMax, odds))
    return { ...lesson, ...sum, log_odds, by: votes.map(({ user }) => user) }
  }

  async #trim(tenant: TenantId, known: Map<string, StoredLesson>): Promise<void> {
    const over = known.size - this.#settings.lessonsMax
    if (over <= 0) return
    const oldest = [...known].sort(([, a], [, b]) => (a.updated_at < b.updated_at ? -1 : 1)).slice(0, over)
    for (const [key, { id }] of oldest) {
      await this.#repository.deleteLesson(tenant, id)
      known.delete(key)
    }
  }
}
