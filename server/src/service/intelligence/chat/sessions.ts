import type { ChatSession } from '@aiops/contract/model/chat'
import { durationMs } from '@aiops/contract/model/time'
import { isoTime } from '../../../kernel/clock.ts'
import { Fault, isFault } from '../../../kernel/fault.ts'
import type { ChatRepository, StoredSession } from '../../../port/chat-repository.ts'
import type { Caller } from '../../../port/operation-client.ts'
import type { ChatConfig } from './config.ts'
import type { ChatDeps, SessionChange, SessionDraft } from './index.ts'
import { plainName, titleOf, untitled } from './title.ts'

const lifeMs = 7 * 86_400_000

/** The engine that needs no language model, as a model's name. */
export const deterministic = 'deterministic'

/** Conversations: who may see which, and how long each lasts. */
export class Sessions {
  readonly #deps: Pick<ChatDeps, 'records' | 'clock' | 'random' | 'personaOf' | 'models'>
  readonly #config: ChatConfig

  constructor(deps: ChatDeps, config: ChatConfig) {
    this.#deps = deps
    this.#config = config
  }

  async create(caller: Caller, draft: SessionDraft): Promise<ChatSession> {
    const { records, clock, random } = this.#deps
    await this.#check(caller, draft)
    const nowMs = clock.now()
    const now = isoTime(nowMs)
    const title = plainName(draft.title ?? '')
    const session: StoredSession = {
      ...{ id: random.uuid(nowMs), tenant_id: caller.tenant, user_id: caller.actor },
      ...{ title: title || untitled, titled: title !== '', persona_id: draft.persona_id },
      ...{ cluster_context: draft.cluster_context, model: draft.model, message_count: 0 },
      ...{ shared: draft.shared, created_at: now, updated_at: now },
      expires_at: this.#expiryOf(now, nowMs),
    }
    const most = this.#config.sessions_per_user_max
    await records.transaction(async ({ chats }) => {
      if ((await chats.countSessions(caller.tenant, caller.actor, nowMs)) >= most)
        throw new Fault('RATE_LIMITED', `You have ${most} conversations; delete some that are done.`, {
          retryAfterSeconds: 3_600,
        })
      await chats.insertSession(session)
    })
    return shown(session)
  }

  async list(caller: Caller, page: { search: string; limit: number; offset: number }) {
    const { records, clock } = this.#deps
    const filter = { ...page, userId: caller.actor, nowMs: clock.now() }
    const { sessions, total } = await records.chats.sessions(caller.tenant, filter)
    return { sessions: sessions.map(shown), total }
  }

  /** Throws SESSION_NOT_FOUND, and SESSION_EXPIRED to those who might have seen it. */
  async open(caller: Caller, id: string, chats = this.#deps.records.chats): Promise<StoredSession> {
    const session = await this.#visible(caller, id, chats)
    if (Date.parse(session.expires_at) <= this.#deps.clock.now())
      throw new Fault('SESSION_EXPIRED', 'This conversation has ended; begin another.')
    return session
  }

  async update(caller: Caller, id: string, change: SessionChange): Promise<ChatSession> {
    owned(caller, await this.open(caller, id))
    await this.#check(caller, change)
    return this.#deps.records.transaction(async ({ chats }) => {
      const session = await this.open(caller, id, chats)
      const title = plainName(change.title ?? '')
      const changed: StoredSession = {
        ...session,
        ...(title === '' ? {} : { title, titled: true }),
        persona_id: change.persona_id ?? session.persona_id,
        cluster_context: change.cluster_context ?? session.cluster_context,
        model: change.model === undefined ? session.model : change.model,
        shared: change.shared ?? session.shared,
      }
      await chats.updateSession(changed)
      return shown(changed)
    })
  }

  async delete(caller: Caller, id: string): Promise<void> {
    const { chats } = this.#deps.records
    owned(caller, await this.#visible(caller, id, chats))
    await chats.deleteSession(caller.tenant, id)
  }

  /** As it is once this question and its answer are in it. Throws CONTEXT_TOO_LARGE. */
  grown(session: StoredSession, question: string): StoredSession {
    const { messages_max } = this.#config
    if (session.message_count + 2 > messages_max)
      throw new Fault(
        'CONTEXT_TOO_LARGE',
        `This conversation has ${session.message_count} of at most ${messages_max} messages; begin another.`,
      )
    const nowMs = this.#deps.clock.now()
    const isFirst = session.message_count === 0 && !session.titled
    return {
      ...session,
      ...(isFirst ? { title: titleOf(question) } : {}),
      message_count: session.message_count + 2,
      updated_at: isoTime(nowMs),
      expires_at: this.#expiryOf(session.created_at, nowMs),
    }
  }

  async #visible(caller: Caller, id: string, chats: ChatRepository): Promise<StoredSession> {
    const session = await chats.session(caller.tenant, id)
    if (!session || !(session.shared || session.user_id === caller.actor))
      throw new Fault('SESSION_NOT_FOUND', `There is no conversation ${id.slice(0, 64)}.`)
    return session
  }

  async #check(caller: Caller, { persona_id, model }: SessionChange): Promise<void> {
    if (persona_id !== undefined) await this.#deps.personaOf(caller, persona_id)
    if (model === undefined || model === null || model === deterministic) return
    if (!this.#deps.models(caller.tenant).includes(model))
      throw new Fault('MODEL_NOT_AVAILABLE', `There is no language model ${model.slice(0, 64)} here.`)
  }

  #expiryOf(createdAt: string, nowMs: number): string {
    const ttlMs = durationMs(this.#config.session_ttl)
    return isoTime(Math.min(nowMs + ttlMs, Date.parse(createdAt) + lifeMs))
  }
}

/** The persona of a session, or the default one where it is gone or not for this caller. */
export async function personaFor(deps: Pick<ChatDeps, 'personaOf'>, caller: Caller, id: string) {
  try {
    return await deps.personaOf(caller, id)
  } catch (error) {
    if (!isFault(error) || error.code !== 'PERSONA_NOT_FOUND') throw error
    return deps.personaOf(caller, 'default')
  }
}

export function shown({ tenant_id: _, titled: __, ...session }: StoredSession): ChatSession {
  return session
}

function owned(caller: Caller, session: StoredSession): void {
  if (session.user_id !== caller.actor)
    throw new Fault('PERMISSION_DENIED', `This conversation belongs to ${session.user_id}, who shares it.`)
}
