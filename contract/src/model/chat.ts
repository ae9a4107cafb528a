import { z } from 'zod'
import { Answer, EvidenceRecord, Intent, ToolCallRecord } from './answer.ts'
import { Time } from './time.ts'

export const ChatSession = z.object({
  id: z.string(),
  user_id: z.string(),
  title: z.string(),
  persona_id: z.string(),
  /** Clusters that questions are about unless they name others; empty for all. */
  cluster_context: z.array(z.string()),
  model: z.string().nullable(),
  message_count: z.number().int(),
  /** Others of the tenant may read it and write in it. */
  shared: z.boolean(),
  created_at: Time,
  updated_at: Time,
  /** 24 hours after the last message, never beyond 7 days from creation. */
  expires_at: Time,
})
export type ChatSession = z.infer<typeof ChatSession>

/** A tool as a model, or the plan, calls it. */
export const ToolCall = z.object({
  id: z.string(),
  name: z.string(),
  arguments: z.record(z.string(), z.unknown()),
})
export type ToolCall = z.infer<typeof ToolCall>
export const ToolResult = z.object({
  tool_call_id: z.string(),
  status: z.enum(['SUCCESS', 'ERROR', 'TIMEOUT']),
  result: z.unknown(),
  error: z.string().optional(),
})
export type ToolResult = z.infer<typeof ToolResult>

export const Attachment = z.object({
  id: z.string(),
  name: z.string(),
  media_type: z.string(),
  size_bytes: z.number().int(),
  created_at: Time,
  expires_at: Time,
})
export type Attachment = z.infer<typeof Attachment>

export const ChatMessage = z.object({
  id: z.string(),
  session_id: z.string(),
  role: z.enum(['USER', 'ASSISTANT', 'SYSTEM', 'TOOL']),
  /** Who wrote it: a user, or the persona. */
  author: z.string(),
  content: z.string(),
  persona_id: z.string(),
  tool_calls: z.array(ToolCall),
  tool_results: z.array(ToolResult),
  /** Of the assistant: the whole answer. */
  answer: Answer.nullable(),
  attachments: z.array(Attachment),
  model: z.string().nullable(),
  tokens_used: z.number().int(),
  latency_ms: z.number(),
  /** STREAMING until it is whole; STOPPED where a person stopped it, FAILED where it broke. */
  state: z.enum(['STREAMING', 'COMPLETE', 'STOPPED', 'FAILED']),
  created_at: Time,
})
export type ChatMessage = z.infer<typeof ChatMessage>

/** What happens while a message is answered, in order. Each frame has a `seq` that counts from 1, so that a reader can go on where it was cut off. */
export const ChatEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('message_start'), id: z.string(), role: z.literal('ASSISTANT') }),
  /** What is being done, in a few words. */
  z.object({ type: z.literal('status'), text: z.string() }),
  /** How the question was read, and what will be looked at. */
  z.object({ type: z.literal('plan'), intent: Intent, tools: z.array(z.string()) }),
  z.object({
    type: z.literal('tool_use'),
    tool_call_id: z.string(),
    name: z.string(),
    arguments: z.record(z.string(), z.unknown()),
  }),
  z.object({
    type: z.literal('tool_result'),
    tool_call_id: z.string(),
    status: z.enum(['SUCCESS', 'ERROR', 'TIMEOUT']),
    call: ToolCallRecord,
  }),
  z.object({ type: z.literal('evidence'), evidence: z.array(EvidenceRecord) }),
  z.object({ type: z.literal('content_delta'), delta: z.string() }),
  z.object({ type: z.literal('citation'), cites: z.array(z.string()), text: z.string() }),
  /** What was written so far does not hold: begin anew. */
  z.object({ type: z.literal('reset'), reason: z.string() }),
  z.object({
    type: z.literal('message_complete'),
    tokens_used: z.number().int(),
    latency_ms: z.number(),
    answer: Answer.nullable(),
  }),
  /** Ends a failed stream. */
  z.object({ type: z.literal('error'), code: z.string(), message: z.string() }),
])
export type ChatEvent = z.infer<typeof ChatEvent>

export const ChatFrame = z.object({
  seq: z.number().int().positive(),
  message_id: z.string(),
  event: ChatEvent,
})
export type ChatFrame = z.infer<typeof ChatFrame>

/** What a client hears on the WebSocket of a session: frames, which have a `seq`, and what is not about an answer, which has a `type`. */
export const ChatServerMessage = z.union([
  ChatFrame,
  z.discriminatedUnion('type', [
    z.object({ type: z.literal('auth_response'), status: z.literal('authenticated') }),
    z.object({ type: z.literal('pong'), timestamp: z.number(), server_time: z.number() }),
    z.object({ type: z.literal('error'), code: z.string(), message: z.string() }),
    z.object({
      type: z.literal('disconnect'),
      reason: z.string(),
      reconnect_after_ms: z.number(),
    }),
  ]),
])
export type ChatServerMessage = z.infer<typeof ChatServerMessage>

/** What a client says on the WebSocket of a session. */
export const ChatClientMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('auth'), token: z.string() }),
  z.object({
    type: z.literal('message'),
    content: z.string().trim().min(1).max(8_000),
    attachment_ids: z.array(z.string()).max(10).default([]),
  }),
  /** Frames of this message from `after` on. */
  z.object({ type: z.literal('follow'), message_id: z.string(), after: z.number().int().min(0).default(0) }),
  z.object({ type: z.literal('stop'), message_id: z.string() }),
  z.object({ type: z.literal('ping'), timestamp: z.number() }),
])
export type ChatClientMessage = z.infer<typeof ChatClientMessage>
