/** Chat: conversations, the answers that are being written in them, and how each was told, so that a reader can go on where it was cut off. */
import type { Attachment, ChatFrame, ChatMessage, ChatSession } from '@aiops/contract/model/chat'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { Clock } from '../../../kernel/clock.ts'
import type { Fault } from '../../../kernel/fault.ts'
import type { Lifecycle } from '../../../kernel/lifecycle.ts'
import type { Log } from '../../../kernel/log.ts'
import type { Metrics } from '../../../kernel/metric.ts'
import type { Quota } from '../../../kernel/quota.ts'
import type { Random } from '../../../kernel/random.ts'
import type { EventBus } from '../../../port/event-bus.ts'
import type { ObjectStore } from '../../../port/object-store.ts'
import type { Caller } from '../../../port/operation-client.ts'
import type { RecordStore } from '../../../port/record-store.ts'
import type { Ask, PersonaOf } from '../index.ts'

export type SessionDraft = {
  title?: string | undefined
  persona_id: string
  cluster_context: string[]
  model: string | null
  shared: boolean
}
export type SessionChange = { [K in keyof SessionDraft]?: SessionDraft[K] | undefined }
export type MessageDraft = { content: string; attachment_ids: readonly string[] }
export type AttachmentDraft = { name: string; media_type: string; text: string }
/** The newest `limit`, all unless said, of those before the message `before`. */
export type MessagePage = { limit?: number | undefined; before?: string | undefined }
/** Oldest first; `older` is for `before` where there are more. */
export type MessageList = { messages: ChatMessage[]; older: string | null }
export type Transcript = { name: string; media_type: string; text: string }

/** How an answer ended: `fault` where it failed. */
export type Told = { message: ChatMessage; fault: Fault | null }

export type Following = {
  /** Nothing will come beyond `frames` that are there now. */
  over: boolean
  /** In order; ends with the answer, with the signal, or when the reader may not read on. */
  frames: AsyncIterable<ChatFrame>
}

/**
 * What belongs to somebody else and is not shared does not exist for a caller: SESSION_NOT_FOUND. SESSION_EXPIRED where a conversation
 * has ended. An answer is written to its end whoever reads it.
 */
export interface Chat extends Lifecycle {
  create(caller: Caller, draft: SessionDraft): Promise<ChatSession>
  list(
    caller: Caller,
    page: { search: string; limit: number; offset: number },
  ): Promise<{ sessions: ChatSession[]; total: number }>
  get(caller: Caller, id: string): Promise<ChatSession>
  /** Its owner alone: PERMISSION_DENIED to others who see it. */
  update(caller: Caller, id: string, change: SessionChange): Promise<ChatSession>
  /** Its owner alone. An answer that is being written ends. */
  delete(caller: Caller, id: string): Promise<void>
  /** One that is being answered comes with what there is of it. NOT_FOUND where there is no message `before`. */
  messages(caller: Caller, id: string, page?: MessagePage): Promise<MessageList>
  /**
   * Resolves once question and answer are stored, the answer STREAMING; `told` resolves when it is whole. Throws CONFLICT while another is
   * being written in this conversation, CONTEXT_TOO_LARGE, RATE_LIMITED.
   */
  send(
    caller: Caller,
    id: string,
    draft: MessageDraft,
  ): Promise<{ message: ChatMessage; told: Promise<Told> }>
  /** Messages that a caller may send now. */
  quota(caller: Caller): Quota
  /** What there is of the answer stays. Nothing happens to one that is whole; NOT_FOUND where there is none. */
  stopAnswer(caller: Caller, id: string, messageId: string): Promise<ChatMessage>
  /** Frames of an answer after the `after`th. NOT_FOUND where there is no such answer. */
  follow(
    caller: Caller,
    id: string,
    messageId: string,
    after: number,
    signal: AbortSignal,
  ): Promise<Following>
  attach(caller: Caller, id: string, draft: AttachmentDraft): Promise<Attachment>
  transcript(caller: Caller, id: string, format: 'MARKDOWN' | 'JSON'): Promise<Transcript>
}

export type ChatDeps = {
  ask: Ask
  personaOf: PersonaOf
  /** Names of the language models that may be chosen. */
  models: (tenant: TenantId) => readonly string[]
  records: Pick<RecordStore, 'chats' | 'transaction'>
  objects: ObjectStore
  bus: Pick<EventBus, 'publish'>
  clock: Clock
  random: Random
  metrics: Metrics
  log: Log
}

export { createChat } from './chat.ts'
export { ChatConfig } from './config.ts'
