import type { Attachment, ChatMessage, ChatSession } from '@aiops/contract/model/chat'
import type { TenantId } from '@aiops/contract/model/tenant'

export type StoredSession = ChatSession & {
  tenant_id: TenantId
  /** Somebody gave the title; else it is made from the first question. */
  titled: boolean
}

export type SessionFilter = {
  /** Whose; those that are shared are among them. */
  userId: string
  /** Expired ones are left out. */
  nowMs: number
  /** In the title, in any case; empty for all. */
  search: string
  limit: number
  offset: number
}

export type StoredAttachment = Attachment & { tenant_id: TenantId; session_id: string }

/** Conversations of each tenant, their messages, and what is attached to them; the attached bytes themselves are elsewhere. */
export interface ChatRepository {
  insertSession(session: StoredSession): Promise<void>
  /** Replaces it; nothing where it is gone. */
  updateSession(session: StoredSession): Promise<void>
  session(tenant: TenantId, id: string): Promise<StoredSession | undefined>
  /** The last used first. */
  sessions(tenant: TenantId, filter: SessionFilter): Promise<{ sessions: StoredSession[]; total: number }>
  /** A user's own that have not expired. */
  countSessions(tenant: TenantId, userId: string, nowMs: number): Promise<number>
  /** With its messages. Its attachments are due at once. False where there was none. */
  deleteSession(tenant: TenantId, id: string): Promise<boolean>
  /** Empties those that expired at or before `nowMs`, of all tenants; they are still found. Their attachments are due. Returns how many. */
  emptyExpired(nowMs: number, limit: number): Promise<number>
  /** Forgets those that expired before. Returns how many. */
  forgetExpired(beforeMs: number, limit: number): Promise<number>

  /** After those that there are. */
  addMessages(tenant: TenantId, messages: readonly ChatMessage[]): Promise<void>
  /** Replaces one; `frames` is how it was told, in the caller's form. False where it is gone. */
  saveMessage(tenant: TenantId, message: ChatMessage, frames: string | null): Promise<boolean>
  message(tenant: TenantId, sessionId: string, id: string): Promise<ChatMessage | undefined>
  /** Oldest first; only the `newest` so many where that is said, and of those said before the message `before`. */
  messages(tenant: TenantId, sessionId: string, newest?: number, before?: string): Promise<ChatMessage[]>
  frames(tenant: TenantId, sessionId: string, messageId: string): Promise<string | null>
  /** STREAMING, of all tenants: nobody writes them any more after a restart. */
  streaming(limit: number): Promise<{ tenant: TenantId; message: ChatMessage }[]>

  addAttachment(attachment: StoredAttachment): Promise<void>
  /** Oldest first; those that are due are left out. */
  attachments(tenant: TenantId, sessionId: string): Promise<Attachment[]>
  /** Of a tenant, those that are not due. */
  attachmentBytes(tenant: TenantId): Promise<number>
  /** Of all tenants: expired, or of a session that is gone; to be deleted with `deleteAttachment` once their bytes are. */
  dueAttachments(nowMs: number, limit: number): Promise<StoredAttachment[]>
  deleteAttachment(tenant: TenantId, id: string): Promise<void>
}
