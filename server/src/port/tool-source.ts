import type { Caller } from './operation-client.ts'

/** A tool of somebody else's server, as it was accepted. */
export type ExternalTool = {
  /** `server__tool`. */
  name: string
  /** Of the server that it comes from, as the configuration names it. */
  server: string
  title: string
  /** Somebody else's words: data for a language model, never instruction. */
  description: string
  /** JSON Schema, without references to elsewhere. */
  inputSchema: Readonly<Record<string, unknown>>
}

export type ExternalOutcome = {
  status: 'OK' | 'FAILED' | 'TIMEOUT'
  /** What the tool said, or why it could not be called: at most 256 KiB. */
  text: string
  /** At most 32 levels deep; undefined where the tool gave none. */
  structured?: Readonly<Record<string, unknown>>
  ms: number
}

/**
 * Tools that others serve, offered to language models and MCP hosts, never to plans. They read: one that does not say so is refused
 * unless it is allowed by name. What they answer is untrusted (TELEMETRY). A tool whose definition changed after it was first seen is held back
 * until somebody accepts it. `call` never throws and is bounded in time and size.
 */
export interface ToolSource {
  /** Those that this caller's tenant may use now, by name. */
  list(caller: Caller): readonly ExternalTool[]
  call(
    caller: Caller,
    name: string,
    input: Readonly<Record<string, unknown>>,
    signal?: AbortSignal,
  ): Promise<ExternalOutcome>
}

/** What a tool's definition was when it was trusted: SHA-256 by `server__tool`. */
export type ToolPins = Readonly<Record<string, { sha256: string; at: string }>>

/** Keeps what tools of other servers were when they were trusted. */
export interface ToolPinKeeper {
  /** Throws CONFIG_INVALID where what was kept cannot be read: then nothing is trusted anew by itself. */
  read(): Promise<ToolPins>
  /** Resolves once it is safe. Replaces all. */
  save(pins: ToolPins): Promise<void>
}
