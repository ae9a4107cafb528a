import { z } from 'zod'
import { EventEnvelope, type EventType, eventTypes } from './event.ts'
import { Point } from './model/series.ts'

/** Messages of the one WebSocket, `/ws`. JSON, at most 65,536 bytes each way. */
export const livePath = '/ws'

const types = z.array(z.enum(eventTypes as [EventType, ...EventType[]]))

export const ClientMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('auth'), token: z.string() }),
  /** Adds to what is subscribed. An empty `event_types` is all; `series` are ids of GET /api/v1/metrics/series, at most 100. */
  z.object({
    type: z.literal('subscribe'),
    subscription: z.object({
      event_types: types.default([]),
      cluster_filter: z.array(z.string()).default([]),
      namespace_filter: z.array(z.string()).default([]),
      series: z.array(z.number().int()).max(100).default([]),
    }),
  }),
  z.object({
    type: z.literal('unsubscribe'),
    event_types: types.optional(),
    series: z.array(z.number().int()).optional(),
  }),
  z.object({ type: z.literal('ping'), timestamp: z.number() }),
])
export type ClientMessage = z.infer<typeof ClientMessage>

export const ServerMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('auth_response'), status: z.literal('authenticated'), client_id: z.string() }),
  z.object({
    type: z.literal('subscribed'),
    event_types: types,
    cluster_filter: z.array(z.string()),
    series: z.array(z.number().int()),
  }),
  z.object({ type: z.literal('pong'), timestamp: z.number(), server_time: z.number() }),
  z.object({ type: z.literal('event'), event: EventEnvelope }),
  /** New points of subscribed series, about once a second: series id → points since the last message. */
  z.object({ type: z.literal('points'), points: z.record(z.string(), z.array(Point)) }),
  z.object({ type: z.literal('error'), code: z.string(), message: z.string() }),
  z.object({ type: z.literal('disconnect'), reason: z.string(), reconnect_after_ms: z.number() }),
])
export type ServerMessage = z.infer<typeof ServerMessage>
