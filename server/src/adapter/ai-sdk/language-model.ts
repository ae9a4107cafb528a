import type { Clock } from '../../kernel/clock.ts'
import type { HttpClient, HttpStreams } from '../../port/http-client.ts'
import {
  type LanguageModel,
  type ModelDefinition,
  ModelFailure,
  type ModelPart,
  type ModelRequest,
  type ModelToolCall,
} from '../../port/language-model.ts'
import { callOptions } from './call-options.ts'
import { createExchange } from './exchange.ts'
import { failureOf } from './failure.ts'
import { providerModel, type StreamPart } from './provider.ts'
import { createServing, type Serving } from './serving.ts'
import { toolCallOf } from './tool-call.ts'

export type LanguageModelDeps = {
  http: HttpClient & HttpStreams
  clock: Clock
  /** The value of a secret; rejects where there is none of this name. */
  secret: (name: string) => Promise<string>
}

const windowTokensDefault = 4_096
/** Calls that one answer may make; more is no conversation. */
const callsMax = 64
/** A token is rarely longer: a server that writes on after `maxTokens` is cut here. */
const charsPerToken = 16

/** A model over one of the protocols; see the port. Connects when it is first asked. */
export function openLanguageModel(definition: ModelDefinition, deps: LanguageModelDeps): LanguageModel {
  const serving = createServing(definition, deps.http)
  return {
    name: definition.name,
    protocol: definition.protocol,
    get model() {
      return serving.known?.model ?? definition.model
    },
    local: definition.local,
    get windowTokens() {
      return definition.windowTokens || serving.known?.windowTokens || windowTokensDefault
    },
    callsTools: definition.callsTools,
    price: definition.price,
    async *complete(request, signal) {
      const watch = watchOver(definition, deps.clock, signal)
      try {
        const key = definition.key === '' ? '' : await secretOf(definition, deps)
        const before = serving.known
        const first = await serving.current(key, watch.signal)
        let begun = false
        try {
          for await (const part of answer(definition, deps, first, key, request, watch)) {
            begun = true
            yield part
          }
        } catch (error) {
          // Where it was served an hour ago it may not be served now; what was found just now is right.
          if (begun || before !== first || !(error instanceof ModelFailure) || !serving.outdated(error))
            throw error
          const second = await serving.current(key, watch.signal)
          if (second.baseUrl === first.baseUrl && second.model === first.model) throw error
          yield* answer(definition, deps, second, key, request, watch)
        }
      } catch (error) {
        signal.throwIfAborted()
        throw watch.silence ?? error
      } finally {
        watch.end()
      }
    },
  }
}

async function secretOf({ name, key }: ModelDefinition, { secret }: LanguageModelDeps): Promise<string> {
  try {
    return (await secret(key)).trim()
  } catch (cause) {
    throw new ModelFailure('REFUSED', `${name}: there is no secret ${key} with its key.`, { cause })
  }
}

/** Ends a call that falls silent, or that nobody wants any more; ending closes its connection. */
type Watch = {
  readonly signal: AbortSignal
  readonly silence: ModelFailure | undefined
  /** It showed a sign of life. */
  beat(): void
  end(): void
}

function watchOver(definition: ModelDefinition, clock: Clock, outer: AbortSignal): Watch {
  const abort = new AbortController()
  let silence: ModelFailure | undefined
  let cancel = arm(definition.firstTokenTimeoutMs)
  function arm(ms: number): () => void {
    return clock.after(ms, () => {
      silence = new ModelFailure('TIMEOUT', `${definition.name} said nothing for ${ms / 1_000} s.`)
      abort.abort(silence)
    })
  }
  const stop = (): void => abort.abort(outer.reason)
  if (outer.aborted) stop()
  outer.addEventListener('abort', stop, { once: true })
  return {
    signal: abort.signal,
    get silence() {
      return silence
    },
    beat() {
      cancel()
      cancel = arm(definition.idleTimeoutMs)
    },
    end() {
      cancel()
      outer.removeEventListener('abort', stop)
      abort.abort()
    },
  }
}

/** One exchange with the server. */
async function* answer(
  definition: ModelDefinition,
  { http, clock }: LanguageModelDeps,
  { baseUrl, model }: Serving,
  key: string,
  request: ModelRequest,
  watch: Watch,
): AsyncGenerator<ModelPart> {
  const { name, protocol } = definition
  watch.signal.throwIfAborted()
  const exchange = createExchange(http, {
    ...{ name, signal: watch.signal },
    // The watch is nearer; this one is for what it would miss.
    timeoutMs: Math.max(definition.firstTokenTimeoutMs, definition.idleTimeoutMs) + 1_000,
  })
  try {
    const provider = await providerModel(protocol, { baseUrl, model, key, fetch: exchange.fetch })
    const options = { ...callOptions(protocol, request), abortSignal: watch.signal }
    const { stream } = await provider.doStream(options)
    yield* partsOf(stream, name, request, watch, () => exchange.failure)
  } catch (error) {
    throw exchange.failure ?? failureOf(name, error, key, clock.now())
  }
}

type Finish = Extract<StreamPart, { type: 'finish' }>

async function* partsOf(
  stream: ReadableStream<StreamPart>,
  name: string,
  request: ModelRequest,
  watch: Watch,
  failure: () => ModelFailure | undefined,
): AsyncGenerator<ModelPart> {
  const reader = stream.getReader()
  const calls: ModelToolCall[] = []
  let finish: Finish | undefined
  let chars = 0
  try {
    for (;;) {
      const { done, value: part } = await reader.read()
      if (done) break
      if (isLife(part)) watch.beat()
      if (part.type === 'text-delta' && part.delta !== '') {
        chars += part.delta.length
        yield { type: 'text', text: part.delta }
        if (chars > request.maxTokens * charsPerToken)
          return yield { type: 'end', reason: 'CUT', inputTokens: null, outputTokens: null }
      } else if (part.type === 'tool-call' && !part.providerExecuted) {
        calls.push(toolCallOf(part.toolCallId, part.toolName, part.input, part.providerMetadata))
      } else if (part.type === 'error') throw part.error
      else if (part.type === 'finish') finish = part
    }
    const failed = failure()
    if (failed) throw failed
    const ended =
      finish && finish.finishReason.unified !== 'error' && finish.finishReason.unified !== 'interrupted'
    if (!finish || !ended) throw new ModelFailure('BROKEN', `${name} stopped before the end of its answer.`)
    if (calls.length > callsMax)
      throw new ModelFailure('BROKEN', `${name} made ${calls.length} calls of tools in one answer.`)
    for (const call of calls) yield { type: 'tool_call', call }
    yield { type: 'end', reason: reasonOf(finish, calls.length > 0), ...tokensOf(finish) }
  } finally {
    // Both wait for nothing: ending the watch closes the connection.
    void reader.cancel().catch(() => undefined)
  }
}

const lifeless: ReadonlySet<string> = new Set(['stream-start', 'response-metadata', 'ping', 'raw'])
/** That a server took the request, or keeps the connection open, does not say that the model writes. */
const isLife = (part: StreamPart): boolean => !lifeless.has(part.type)

function reasonOf({ finishReason }: Finish, called: boolean): Extract<ModelPart, { type: 'end' }>['reason'] {
  if (finishReason.unified === 'length') return 'CUT'
  if (finishReason.unified === 'content-filter') return 'FILTERED'
  if (called) return 'TOOL_CALLS'
  return finishReason.unified === 'stop' ? 'STOP' : 'OTHER'
}

/** A package that counts from zero says zero of both where the server said nothing: no prompt has no tokens. */
function tokensOf({ usage }: Finish): { inputTokens: number | null; outputTokens: number | null } {
  const [input, output] = [usage.inputTokens.total, usage.outputTokens.total]
  const said = (input ?? 0) + (output ?? 0) > 0
  return {
    inputTokens: said && input !== undefined && Number.isFinite(input) ? Math.round(input) : null,
    outputTokens: said && output !== undefined && Number.isFinite(output) ? Math.round(output) : null,
  }
}
