import type { McpServer, Server } from '@modelcontextprotocol/server'
import type { Caller } from '../../port/operation-client.ts'

/** A server for one caller, as its requests of either era see it: the same tools, resources and prompts. */
export type McpFactory = (caller: Caller) => Server | McpServer

export type TransportLimits = {
  bodyBytesMax: number
  sessionsMax: number
  sessionIdleMs: number
  subscriptionsMax: number
}

/** What changed, for hosts that listen. */
export type Change = { kind: 'tools' | 'prompts' | 'resources' } | { kind: 'resource'; uri: string }
