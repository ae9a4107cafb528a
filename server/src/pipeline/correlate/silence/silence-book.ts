import type { Labels, Matcher } from '@aiops/contract/model/label'
import type { Silence, SilenceState } from '@aiops/contract/model/silence'
import type { TenantId } from '@aiops/contract/model/tenant'
import { type Clock, isoTime } from '../../../kernel/clock.ts'
import { Fault } from '../../../kernel/fault.ts'
import { checkMatcher, labelTest, valueTest } from '../../../kernel/matcher.ts'
import { SerialExecutor } from '../../../kernel/queue.ts'
import type { Random } from '../../../kernel/random.ts'
import type { SilenceRepository, StoredSilence } from '../../../port/record-store.ts'
import type { SilenceDraft } from '../index.ts'
import { SilenceIndex } from './silence-index.ts'

export type SilenceSettings = {
  /** Of a tenant, not yet ended. */
  silencesMax: number
  /** How long one stays after its end. */
  retentionMs: number
}

/** One tenant's silences. `seenMs` is up to when silences that began or ended by time were noticed; `changed` that one has not been followed. */
type Page = { all: Map<string, StoredSilence>; index: SilenceIndex; seenMs: number; changed: boolean }

/**
 * Every silence, in memory and on disk; a resolved promise means on disk. Changing one follows Alertmanager: where matchers or the
 * past are touched the old one expires and a new one begins, else it keeps its id.
 */
export class SilenceBook {
  readonly #deps: { silences: SilenceRepository; clock: Clock; random: Random }
  readonly #settings: SilenceSettings
  readonly #pages = new Map<TenantId, Page>()
  readonly #serial = new SerialExecutor('the silences', 1_000)

  constructor(
    deps: { silences: SilenceRepository; clock: Clock; random: Random },
    settings: SilenceSettings,
  ) {
    this.#deps = deps
    this.#settings = settings
  }

  async load(): Promise<void> {
    const nowMs = this.#deps.clock.now()
    for (const silence of await this.#deps.silences.endingAfter(nowMs - this.#settings.retentionMs))
      this.#keep(silence, nowMs)
  }

  get tenants(): TenantId[] {
    return [...this.#pages.keys()]
  }

  /** Ids of the active silences that cover these labels, in order of their ids. */
  covering(tenant: TenantId, labels: Labels, nowMs = this.#deps.clock.now()): readonly string[] {
    return this.#pages.get(tenant)?.index.covering(labels, nowMs) ?? []
  }

  /** Active ones first, the soonest to end first; then pending, the soonest to begin first; then expired, the latest first. */
  list(tenant: TenantId): Silence[] {
    const nowMs = this.#deps.clock.now()
    const order: SilenceState[] = ['ACTIVE', 'PENDING', 'EXPIRED']
    const dateOf = (silence: Silence): number =>
      silence.state === 'PENDING' ? Date.parse(silence.starts_at) : Date.parse(silence.ends_at)
    return [...(this.#pages.get(tenant)?.all.values() ?? [])]
      .map((silence) => shown(silence, nowMs))
      .sort(
        (a, b) =>
          order.indexOf(a.state) - order.indexOf(b.state) ||
          (a.state === 'EXPIRED' ? dateOf(b) - dateOf(a) : dateOf(a) - dateOf(b)) ||
          (a.id < b.id ? -1 : 1),
      )
  }

  /** Throws NOT_FOUND. */
  get(tenant: TenantId, id: string): Silence {
    return shown(this.#stored(tenant, id), this.#deps.clock.now())
  }

  put(tenant: TenantId, draft: SilenceDraft): Promise<Silence> {
    return this.#serial.run(async () => {
      const nowMs = this.#deps.clock.now()
      const before = draft.id === undefined ? undefined : this.#stored(tenant, draft.id)
      checkDraft(draft, nowMs)
      const startMs = draft.startMs ?? nowMs
      if (before && mayKeep(before, draft, startMs, nowMs)) {
        return this.#save(made(before.id, tenant, draft, startMs, nowMs), nowMs)
      }
      const unended = before && stateOf(before, nowMs) !== 'EXPIRED' ? before : undefined
      this.#checkRoom(tenant, nowMs, unended ? 1 : 0)
      const id = this.#deps.random.uuid(nowMs)
      const silence = await this.#save(made(id, tenant, draft, Math.max(startMs, nowMs), nowMs), nowMs)
      if (unended) await this.#save(endedAt(unended, nowMs), nowMs)
      return silence
    })
  }

  /** Makes or replaces the one of this id, which the caller has chosen. The same again changes nothing. */
  keep(tenant: TenantId, id: string, draft: Omit<SilenceDraft, 'id'>): Promise<Silence> {
    return this.#serial.run(async () => {
      const nowMs = this.#deps.clock.now()
      checkDraft(draft, nowMs)
      const before = this.#pages.get(tenant)?.all.get(id)
      const silence = made(id, tenant, draft, draft.startMs ?? nowMs, nowMs)
      if (before && isSame(before, silence)) return shown(before, nowMs)
      if (!before) this.#checkRoom(tenant, nowMs, 0)
      return this.#save(silence, nowMs)
    })
  }

  /** Throws NOT_FOUND; one that has ended stays as it is. */
  expire(tenant: TenantId, id: string): Promise<Silence> {
    return this.#serial.run(async () => {
      const nowMs = this.#deps.clock.now()
      const silence = this.#stored(tenant, id)
      if (stateOf(silence, nowMs) === 'EXPIRED') return shown(silence, nowMs)
      return this.#save(endedAt(silence, nowMs), nowMs)
    })
  }

  /** Runs `follow` where a silence of the tenant began, ended or was changed since the last time that this succeeded. */
  async followed(tenant: TenantId, follow: () => Promise<void>): Promise<void> {
    const page = this.#pages.get(tenant)
    if (!page) return
    const nowMs = this.#deps.clock.now()
    const turned = (time: string): boolean => Date.parse(time) > page.seenMs && Date.parse(time) <= nowMs
    if (!page.changed)
      page.changed = [...page.all.values()].some((s) => turned(s.starts_at) || turned(s.ends_at))
    page.seenMs = nowMs
    if (!page.changed) return
    page.changed = false
    try {
      await follow()
    } catch (error) {
      page.changed = true
      throw error
    }
  }

  /** Forgets those that ended longer ago than they are kept. */
  async prune(): Promise<void> {
    const untilMs = this.#deps.clock.now() - this.#settings.retentionMs
    await this.#deps.silences.deleteEnded(untilMs)
    for (const page of this.#pages.values())
      for (const silence of page.all.values())
        if (Date.parse(silence.ends_at) <= untilMs) page.all.delete(silence.id)
  }

  count(state: SilenceState): number {
    const nowMs = this.#deps.clock.now()
    let count = 0
    for (const page of this.#pages.values())
      for (const silence of page.all.values()) if (stateOf(silence, nowMs) === state) count += 1
    return count
  }

  #stored(tenant: TenantId, id: string): StoredSilence {
    const silence = this.#pages.get(tenant)?.all.get(id)
    if (!silence) throw new Fault('NOT_FOUND', `silence ${id.slice(0, 64)} not found`)
    return silence
  }

  async #save(silence: StoredSilence, nowMs: number): Promise<Silence> {
    await this.#deps.silences.save(silence)
    this.#keep(silence, nowMs)
    return shown(silence, nowMs)
  }

  #keep(silence: StoredSilence, nowMs: number): void {
    let page = this.#pages.get(silence.tenant_id)
    if (!page) {
      page = { all: new Map(), index: new SilenceIndex(), seenMs: nowMs, changed: true }
      this.#pages.set(silence.tenant_id, page)
    }
    page.all.set(silence.id, silence)
    page.changed = true
    if (stateOf(silence, nowMs) === 'EXPIRED') page.index.remove(silence.id)
    else
      page.index.put({
        id: silence.id,
        startMs: Date.parse(silence.starts_at),
        endMs: Date.parse(silence.ends_at),
        matchers: silence.matchers,
        test: labelTest(silence.matchers),
      })
  }

  /** Ended ones give way, the oldest first, so that no tenant fills the memory with them. */
  #checkRoom(tenant: TenantId, nowMs: number, spared: number): void {
    const page = this.#pages.get(tenant)
    if (!page) return
    const ended = [...page.all.values()].filter((silence) => stateOf(silence, nowMs) === 'EXPIRED')
    const { silencesMax } = this.#settings
    if (page.all.size - ended.length - spared >= silencesMax)
      throw new Fault(
        'CONFLICT',
        `The tenant has ${silencesMax} silences that have not ended, as many as it may have (correlate.silences_max); expire some.`,
      )
    ended.sort((a, b) => (a.ends_at < b.ends_at ? -1 : 1))
    for (const silence of ended.slice(0, Math.max(0, ended.length - silencesMax))) page.all.delete(silence.id)
  }
}

export const stateOf = (silence: Pick<Silence, 'starts_at' | 'ends_at'>, nowMs: number): SilenceState =>
  nowMs >= Date.parse(silence.ends_at)
    ? 'EXPIRED'
    : nowMs < Date.parse(silence.starts_at)
      ? 'PENDING'
      : 'ACTIVE'

const shown = (silence: StoredSilence, nowMs: number): Silence => ({
  ...silence,
  state: stateOf(silence, nowMs),
})

const made = (
  id: string,
  tenant: TenantId,
  draft: SilenceDraft,
  startMs: number,
  nowMs: number,
): StoredSilence => ({
  id,
  tenant_id: tenant,
  matchers: [...draft.matchers],
  starts_at: isoTime(startMs),
  ends_at: isoTime(draft.endMs),
  created_by: draft.createdBy,
  comment: draft.comment,
  annotations: { ...draft.annotations },
  updated_at: isoTime(nowMs),
})

const isSame = (a: StoredSilence, b: StoredSilence): boolean =>
  JSON.stringify({ ...a, updated_at: '' }) === JSON.stringify({ ...b, updated_at: '' })

/** One that had not begun has then never been. */
const endedAt = (silence: StoredSilence, nowMs: number): StoredSilence => ({
  ...silence,
  starts_at: isoTime(Math.min(nowMs, Date.parse(silence.starts_at))),
  ends_at: isoTime(nowMs),
  updated_at: isoTime(nowMs),
})

/** What already covered something is not rewritten (Alertmanager, `canUpdate`). */
function mayKeep(before: StoredSilence, draft: SilenceDraft, startMs: number, nowMs: number): boolean {
  if (keyOf(before.matchers) !== keyOf(draft.matchers)) return false
  const state = stateOf(before, nowMs)
  if (state === 'ACTIVE') return startMs === Date.parse(before.starts_at)
  return state === 'PENDING' && startMs >= nowMs
}

const keyOf = (matchers: readonly Matcher[]): string =>
  JSON.stringify(matchers.map(({ name, op, value }) => [name, op, value]))

function checkDraft({ matchers, startMs, endMs }: SilenceDraft, nowMs: number): void {
  for (const matcher of matchers) checkMatcher(matcher)
  if (matchers.every((matcher) => valueTest(matcher)('')))
    throw new Fault('INVALID_REQUEST', 'at least one matcher must not match the empty string')
  if (endMs <= (startMs ?? nowMs)) throw new Fault('INVALID_REQUEST', 'start time must be before end time')
  if (endMs <= nowMs) throw new Fault('INVALID_REQUEST', "end time can't be in the past")
}
