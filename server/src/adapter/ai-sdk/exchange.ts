import { isFault, messageOf } from '../../kernel/fault.ts'
import type { HttpStreams } from '../../port/http-client.ts'
import { ModelFailure } from '../../port/language-model.ts'

/** Most that is read of one answer. */
const bytesMax = 16_777_216

/**
 * `fetch` for one call of a model, over the guarded client: no redirect, no address that may not be reached. A body that fails ends as if
 * it were over, and says so in `failure`: an error within it would travel through pipes of the provider package, some of which nobody awaits.
 */
export type Exchange = { fetch: typeof fetch; readonly failure: ModelFailure | undefined }

export function createExchange(
  http: HttpStreams,
  { name, signal, timeoutMs }: { name: string; signal: AbortSignal; timeoutMs: number },
): Exchange {
  let failure: ModelFailure | undefined
  const fail = (error: ModelFailure): ModelFailure => {
    failure ??= error
    return failure
  }
  return {
    get failure() {
      return failure
    },
    async fetch(input, init = {}) {
      const { status, headers, body } = await http
        .stream({
          method: init.method === 'POST' ? 'POST' : 'GET',
          url: String(input),
          headers: { ...Object.fromEntries(new Headers(init.headers)), 'user-agent': 'aiops' },
          ...(typeof init.body === 'string' ? { body: Buffer.from(init.body) } : {}),
          ...{ timeoutMs, bytesMax, signal, reuse: true },
        })
        .catch((error: unknown) => {
          throw fail(connectFailure(name, error))
        })
      if (status < 200 || status > 599) throw fail(new ModelFailure('BROKEN', `${name} answered ${status}.`))
      const bodiless = status === 204 || status === 205 || status === 304
      return new Response(bodiless ? null : streamOf(body, name, signal, fail), { status, headers })
    },
  }
}

/** Why there was no answer at all. */
export function connectFailure(name: string, error: unknown): ModelFailure {
  const timeout = isFault(error) && error.code === 'TIMEOUT'
  const sentence = `${name}: ${messageOf(error)}`
  return new ModelFailure(timeout ? 'TIMEOUT' : 'CONNECT', sentence, { cause: error })
}

function streamOf(
  body: AsyncIterable<Uint8Array>,
  name: string,
  signal: AbortSignal,
  fail: (error: ModelFailure) => ModelFailure,
): ReadableStream<Uint8Array> {
  const parts = body[Symbol.asyncIterator]()
  let sizeBytes = 0
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await parts.next()
        sizeBytes += value?.length ?? 0
        if (done || signal.aborted) return controller.close()
        if (sizeBytes <= bytesMax) return controller.enqueue(value)
        fail(new ModelFailure('BROKEN', `${name} sent more than ${bytesMax / 1_048_576} MiB for one answer.`))
      } catch (error) {
        const timeout = isFault(error) && error.code === 'TIMEOUT'
        fail(
          new ModelFailure(timeout ? 'TIMEOUT' : 'BROKEN', `${name}: ${messageOf(error)}`, { cause: error }),
        )
      }
      controller.close()
      void parts.return?.().catch(() => undefined)
    },
    cancel() {
      void parts.return?.().catch(() => undefined)
    },
  })
}
