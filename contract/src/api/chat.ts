import { z } from 'zod'
import { Attachment, ChatMessage, ChatSession } from '../model/chat.ts'
import { PersonaId } from '../model/persona.ts'
import { operations } from './operation.ts'
import { Page, pageOf } from './page.ts'

const id = z.object({ id: z.string().max(64) })
const read = { tag: 'chat', permission: 'chat:read' } as const
const write = { tag: 'chat', permission: 'chat:write' } as const
const clusterContext = z.array(z.string().max(128)).max(100)
const content = z.string().trim().min(1).max(8_000)
const gone = ['SESSION_NOT_FOUND', 'SESSION_EXPIRED'] as const
const messageErrors = [
  ...gone,
  'PERSONA_NOT_FOUND',
  'MODEL_NOT_AVAILABLE',
  'CONTEXT_TOO_LARGE',
  'CONFLICT',
  'RATE_LIMITED',
  'VALIDATION_FAILED',
] as const
const ChatMessageInput = z.strictObject({
  content,
  attachment_ids: z.array(z.string()).max(10).default([]),
})

/** Address of the stream of a session: POST a message and read frames as server-sent events, or GET to go on with one. */
export const chatStreamPath = '/api/v1/chat/sessions/{id}/stream'
/** The same frames over a WebSocket. */
export const chatSocketPath = '/api/v1/chat/sessions/{id}/socket'

/** Conversations. Streams are at `chatStreamPath` and `chatSocketPath`. */
export const chat = operations({
  createChatSession: {
    ...write,
    method: 'POST',
    path: '/api/v1/chat/sessions',
    status: 201,
    errors: ['PERSONA_NOT_FOUND', 'MODEL_NOT_AVAILABLE', 'RATE_LIMITED', 'VALIDATION_FAILED'],
    summary: 'Begin a conversation.',
    body: z.strictObject({
      title: z.string().trim().max(200).optional(),
      persona_id: PersonaId.default('default'),
      cluster_context: clusterContext.default([]),
      /** Name of a provider of GET /api/v1/models, `deterministic` for none; left out: the first that may be asked. */
      model: z.string().max(200).nullable().default(null),
      shared: z.boolean().default(false),
    }),
    response: ChatSession,
  },
  listChatSessions: {
    ...read,
    method: 'GET',
    path: '/api/v1/chat/sessions',
    errors: ['VALIDATION_FAILED'],
    summary: 'Your conversations and those that are shared, the last used first.',
    query: Page.extend({ search: z.string().max(200).default('') }),
    response: pageOf(ChatSession),
  },
  getChatSession: {
    ...read,
    method: 'GET',
    path: '/api/v1/chat/sessions/{id}',
    params: id,
    errors: gone,
    summary: 'One conversation.',
    response: ChatSession,
  },
  updateChatSession: {
    ...write,
    method: 'PUT',
    path: '/api/v1/chat/sessions/{id}',
    params: id,
    errors: [...gone, 'PERSONA_NOT_FOUND', 'MODEL_NOT_AVAILABLE', 'VALIDATION_FAILED'],
    summary: 'Change its title, persona, clusters, model, or whether it is shared; from the next message on.',
    body: z.strictObject({
      title: z.string().trim().min(1).max(200).optional(),
      persona_id: PersonaId.optional(),
      cluster_context: clusterContext.optional(),
      model: z.string().max(200).nullable().optional(),
      shared: z.boolean().optional(),
    }),
    response: ChatSession,
  },
  deleteChatSession: {
    ...write,
    method: 'DELETE',
    path: '/api/v1/chat/sessions/{id}',
    status: 204,
    params: id,
    errors: ['SESSION_NOT_FOUND'],
    summary: 'Delete a conversation with its messages and attachments.',
    response: z.null(),
  },
  listChatMessages: {
    ...read,
    method: 'GET',
    path: '/api/v1/chat/sessions/{id}/messages',
    params: id,
    errors: [...gone, 'NOT_FOUND', 'VALIDATION_FAILED'],
    summary: 'Its newest messages, or those before one of them; a page has its oldest first.',
    query: z.object({
      limit: z.coerce.number().int().min(1).max(200).default(50),
      /** Only what was said before this message. */
      before: z.string().max(64).optional(),
    }),
    response: z.object({
      messages: z.array(ChatMessage),
      /** For `before`, where older ones are left; null where there are none. */
      older: z.string().nullable(),
    }),
  },
  sendChatMessage: {
    ...write,
    method: 'POST',
    path: '/api/v1/chat/sessions/{id}/messages',
    params: id,
    errors: messageErrors,
    summary: 'Say something and wait for the whole answer.',
    body: ChatMessageInput,
    response: ChatMessage,
  },
  stopChatMessage: {
    ...write,
    method: 'POST',
    path: '/api/v1/chat/sessions/{id}/messages/{message_id}/stop',
    params: id.extend({ message_id: z.string().max(64) }),
    errors: gone,
    summary: 'Stop an answer that is being written; what there is of it stays.',
    response: ChatMessage,
  },
  addChatAttachment: {
    ...write,
    method: 'POST',
    path: '/api/v1/chat/sessions/{id}/attachments',
    status: 201,
    params: id,
    errors: [...gone, 'BODY_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE', 'VALIDATION_FAILED', 'STORAGE_UNAVAILABLE'],
    summary:
      'Attach a text file (logs, manifests, traces; 1 MiB at most) to speak about. Kept 7 days, read as untrusted.',
    body: z.strictObject({
      name: z.string().trim().min(1).max(200),
      media_type: z.string().max(100).default('text/plain'),
      /** UTF-8 text. */
      text: z.string().min(1).max(1_048_576),
    }),
    response: Attachment,
  },
  exportChatSession: {
    ...read,
    method: 'GET',
    path: '/api/v1/chat/sessions/{id}/export',
    params: id,
    query: z.object({ format: z.enum(['MARKDOWN', 'JSON']).default('MARKDOWN') }),
    errors: [...gone, 'VALIDATION_FAILED'],
    summary: 'The whole conversation as a document.',
    response: z.object({ name: z.string(), media_type: z.string(), text: z.string() }),
  },
})
