/**
 * A language model behind some protocol.
 * Order: parts come in the order in which the model writes them; the last is `end`, unless `complete` throws.
 * Calls of tools come together, right before `end`. Failure: throws a ModelFailure, before or amid the parts; nothing is tried again in
 * here. Bound: `maxTokens` of output; `signal` ends it, closes the connection and has its reason thrown. Of a call nothing is kept.
 */
export interface LanguageModel {
  /** Of the configuration, unique. */
  readonly name: string
  readonly protocol: 'OPENAI_COMPATIBLE' | 'OPENAI' | 'ANTHROPIC' | 'GOOGLE'
  readonly model: string
  /** Its address is inside this network: what it reads does not leave. */
  readonly local: boolean
  /** Tokens of prompt and answer together. */
  readonly windowTokens: number
  /** It can call tools by itself; one that cannot gets one pass over a packed bundle. */
  readonly callsTools: boolean
  /** US dollars for a million tokens; undefined where nobody said. */
  readonly price?: { inputUsd: number; outputUsd: number } | undefined
  complete(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelPart>
}

export type ModelMessage =
  | { role: 'system' | 'user'; text: string }
  | { role: 'assistant'; text: string; toolCalls: readonly ModelToolCall[] }
  | { role: 'tool'; toolCallId: string; name: string; text: string; failed: boolean }

/** `input` is what the model wrote, parsed; undefined where it was no JSON object, and `raw` says what it was. */
export type ModelToolCall = {
  id: string
  name: string
  input: Readonly<Record<string, unknown>> | undefined
  raw: string
  /** What this provider wants to see again with the call, such as Gemini's thought signature; to be handed back as it is. */
  opaque?: Readonly<Record<string, unknown>>
}

export type ModelTool = { name: string; description: string; inputSchema: Readonly<Record<string, unknown>> }

export type ModelRequest = {
  messages: readonly ModelMessage[]
  tools: readonly ModelTool[]
  /** `none`: it must answer in words. */
  toolChoice: 'auto' | 'none'
  temperature: number
  maxTokens: number
}

export type ModelPart =
  | { type: 'text'; text: string }
  | { type: 'tool_call'; call: ModelToolCall }
  /** Tokens are null where the server did not say. CUT: `maxTokens` were reached. */
  | {
      type: 'end'
      reason: 'STOP' | 'TOOL_CALLS' | 'CUT' | 'FILTERED' | 'OTHER'
      inputTokens: number | null
      outputTokens: number | null
    }

/**
 * CONNECT: no connection. RATE_LIMITED: 408 or 429. SERVER: 5xx. REFUSED: another 4xx, such as a wrong key or an unknown model.
 * BROKEN: the stream ended before its end, or was not what the protocol says. TIMEOUT: nothing came for too long.
 */
export type ModelFailureKind = 'CONNECT' | 'RATE_LIMITED' | 'SERVER' | 'REFUSED' | 'BROKEN' | 'TIMEOUT'

export class ModelFailure extends Error {
  override readonly name = 'ModelFailure'
  readonly kind: ModelFailureKind
  /** When the server says that it may be asked again. */
  readonly retryAfterMs: number | undefined
  constructor(
    kind: ModelFailureKind,
    message: string,
    options: { retryAfterMs?: number; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause })
    this.kind = kind
    this.retryAfterMs = options.retryAfterMs
  }
}

/** A model as it is configured. Every field of time is in milliseconds. */
export type ModelDefinition = {
  name: string
  protocol: LanguageModel['protocol']
  /** Up to and with the version (`http://vllm:8000/v1`); empty for the provider's own. */
  url: string
  /** Empty: the first that the server has loaded. */
  model: string
  /** Name of the secret that holds the key; empty for none. */
  key: string
  local: boolean
  /** 0: what the server says, else 4096. */
  windowTokens: number
  callsTools: boolean
  price?: LanguageModel['price']
  /** The server is Foundry Local, which says itself where it serves and what it has loaded. */
  foundryLocal: boolean
  /** Ports of the same host that are tried where that of `url` does not answer. */
  ports: readonly number[]
  /** Until the model has begun to write, reasoning included. */
  firstTokenTimeoutMs: number
  /** Between two signs of life after that. */
  idleTimeoutMs: number
}

/** Opens no connection. */
export type OpenLanguageModel = (definition: ModelDefinition) => LanguageModel
