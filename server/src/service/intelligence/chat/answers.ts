import type { ChatFrame, ChatMessage } from '@aiops/contract/model/chat'
import { durationMs } from '@aiops/contract/model/time'
import { isoTime } from '../../../kernel/clock.ts'
import { Fault } from '../../../kernel/fault.ts'
import type { Quota } from '../../../kernel/quota.ts'
import { TokenBuckets } from '../../../kernel/token-bucket.ts'
import type { StoredSession } from '../../../port/chat-repository.ts'
import type { Caller } from '../../../port/operation-client.ts'
import type { AskRequest } from '../index.ts'
import { Answering } from './answering.ts'
import type { Attachments } from './attachments.ts'
import { answerMessage, contextOf, historyMax, questionOf } from './chat-message.ts'
import type { ChatConfig } from './config.ts'
import type { ChatDeps, MessageDraft, Told } from './index.ts'
import { deterministic, personaFor, type Sessions } from './sessions.ts'
import { lost } from './upkeep.ts'

/** Users whose pace is remembered. */
const usersMax = 10_000
/** Characters of a message that its event shows. */
const previewMax = 120

type Parts = { sessions: Sessions; attachments: Attachments }

/** Answers that are being written: at most one in a conversation, and so many in a process. */
export class Answers {
  readonly #deps: ChatDeps
  readonly #config: ChatConfig
  readonly #parts: Parts
  readonly #pace: TokenBuckets
  /** By session. */
  readonly #running = new Map<string, { answering: Answering; told: Promise<Told> }>()
  /** Sessions whose question is being stored. */
  readonly #beginning = new Set<string>()
  readonly #ended
  #stopping = false

  constructor(deps: ChatDeps, config: ChatConfig, parts: Parts) {
    this.#deps = deps
    this.#config = config
    this.#parts = parts
    const { messages_per_minute: perMinute, messages_burst: burst } = config
    this.#pace = new TokenBuckets(deps.clock, { perMinute, burst, keysMax: usersMax })
    this.#ended = deps.metrics.counter(
      'aiops_chat_answers_total',
      'Answers in conversations, by how each ended.',
      ['state'],
    )
    deps.metrics.gauge('aiops_chat_answers_running', 'Answers that are being written.', [], (gauge) =>
      gauge.set(this.#running.size),
    )
  }

  async begin(caller: Caller, id: string, draft: MessageDraft) {
    const waitSeconds = this.#pace.take(keyOf(caller))
    if (waitSeconds > 0)
      throw new Fault(
        'RATE_LIMITED',
        `You may send ${this.#config.messages_per_minute} messages a minute; wait ${waitSeconds} s.`,
        { retryAfterSeconds: waitSeconds },
      )
    await this.#parts.sessions.open(caller, id)
    this.#reserve(id)
    try {
      return await this.#begin(caller, id, draft)
    } finally {
      this.#beginning.delete(id)
    }
  }

  quota(caller: Caller): Quota {
    return this.#pace.quota(keyOf(caller))
  }

  of(sessionId: string, messageId: string): { answering: Answering; told: Promise<Told> } | undefined {
    const found = this.#running.get(sessionId)
    return found?.answering.message.id === messageId ? found : undefined
  }

  /** A stored message as it is by now. */
  current(message: ChatMessage): ChatMessage {
    if (message.state !== 'STREAMING') return message
    return this.of(message.session_id, message.id)?.answering.message ?? lost(message)
  }

  share(sessionId: string, shared: boolean): void {
    const answering = this.#running.get(sessionId)?.answering
    if (!answering) return
    answering.shared = shared
    answering.frames.wake()
  }

  cancel(sessionId: string): void {
    const gone = new Fault('SESSION_NOT_FOUND', 'The conversation was deleted.')
    this.#running.get(sessionId)?.answering.cancel(gone)
  }

  /** No more are begun; those that are under way fail, and are stored as such. */
  async stop(): Promise<void> {
    this.#stopping = true
    const running = [...this.#running.values()]
    for (const { answering } of running) answering.cancel(stopping())
    await Promise.all(running.map(({ told }) => told))
  }

  #reserve(id: string): void {
    if (this.#stopping) throw stopping()
    if (this.#running.has(id) || this.#beginning.has(id))
      throw new Fault('CONFLICT', 'An answer is being written in this conversation; wait for it or stop it.')
    if (this.#running.size + this.#beginning.size >= this.#config.answers_max)
      throw new Fault(
        'RATE_LIMITED',
        `${this.#config.answers_max} answers are being written; try again in a moment.`,
        { retryAfterSeconds: 5 },
      )
    this.#beginning.add(id)
  }

  async #begin(caller: Caller, id: string, draft: MessageDraft) {
    const { attachments, sessions } = this.#parts
    const { records } = this.#deps
    const { tenant } = caller
    const files = await attachments.named(tenant, id, draft.attachment_ids)
    const texts = await attachments.texts(tenant, id, files)
    const context = contextOf(await records.chats.messages(tenant, id, historyMax))
    const before = await sessions.open(caller, id)
    const persona = await personaFor(this.#deps, caller, before.persona_id)
    const [question, message] = this.#messages(caller, id, persona)
    const asked = questionOf(question, draft.content, files)
    const session = await records.transaction(async ({ chats }) => {
      const grown = sessions.grown(await sessions.open(caller, id, chats), draft.content)
      await chats.updateSession(grown)
      await chats.addMessages(tenant, [asked, message])
      return grown
    })
    this.#publish(session, asked)
    const request: AskRequest = {
      ...{ question: draft.content, personaId: persona.id, clusterContext: session.cluster_context },
      ...{ ...context, attachments: texts },
      model: session.model === deterministic ? false : (session.model ?? true),
    }
    return this.#answer(caller, session, request, message)
  }

  #messages(caller: Caller, sessionId: string, persona: { id: string; name: string }) {
    const { clock, random } = this.#deps
    const nowMs = clock.now()
    const draft = { sessionId, personaId: persona.id, createdAt: isoTime(nowMs) }
    return [
      { ...draft, id: random.uuid(nowMs), author: caller.actor },
      answerMessage({ ...draft, id: random.uuid(nowMs), author: persona.name }),
    ] as const
  }

  #answer(caller: Caller, session: StoredSession, request: AskRequest, message: ChatMessage) {
    const { ask, clock, log, records } = this.#deps
    const answering = new Answering(
      {
        ...{ ask, clock, log, timeoutMs: durationMs(this.#config.answer_timeout) },
        save: (whole, frames) => records.chats.saveMessage(caller.tenant, whole, frames),
      },
      { caller, request, message, shared: session.shared },
    )
    const told = answering.told.then((one) => {
      this.#running.delete(session.id)
      this.#ended.inc({ state: one.message.state })
      this.#publish({ ...session, shared: answering.shared }, one.message)
      return one
    })
    this.#running.set(session.id, { answering, told })
    if (this.#stopping) answering.cancel(stopping())
    this.#publish(session, message)
    return { message, told }
  }

  #publish(session: StoredSession, { id, role, state, content }: ChatMessage): void {
    const { bus, clock, random } = this.#deps
    const nowMs = clock.now()
    bus.publish('events', {
      ...{ event_id: random.uuid(nowMs), event_type: 'CHAT_MESSAGE', source: 'intelligence' },
      ...{ tenant_id: session.tenant_id, timestamp: isoTime(nowMs) },
      payload: {
        ...{ session_id: session.id, message_id: id, role, state },
        preview: content.slice(0, previewMax),
        ...{ user_id: session.user_id, shared: session.shared },
      },
    })
  }
}

const keyOf = ({ tenant, actor }: Caller): string => `${tenant}/${actor}`
const stopping = (): Fault => new Fault('NOT_READY', 'The platform is stopping; ask again in a moment.')

/** Frames of an answer that is being written, until it ends or the reader may not read on. */
export async function* framesFrom(
  { frames: log }: Answering,
  after: number,
  signal: AbortSignal,
  mayRead: () => boolean,
): AsyncGenerator<ChatFrame> {
  let at = after
  while (!signal.aborted && mayRead()) {
    const more = log.since(at)
    for (const frame of more) {
      if (signal.aborted || !mayRead()) return
      yield frame
      at = frame.seq
    }
    if (more.length > 0) continue
    if (log.ended) return
    await log.changed(Math.max(at, log.lastSeq), signal)
  }
}
