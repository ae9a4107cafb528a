import type { FetchLike } from '@modelcontextprotocol/client'
import { Fault } from '../../kernel/fault.ts'
import type { HttpStreams } from '../../port/http-client.ts'

/**
 * `fetch` as the protocol's library wants it, through the guarded client: only POST and DELETE, only to this one address, and no answer
 * larger than the limit. What a server would say unasked (GET) is not listened to.
 */
export function createGuardedFetch(
  http: HttpStreams,
  endpoint: string,
  { timeoutMs, bytesMax }: { timeoutMs: number; bytesMax: (method: unknown) => number },
): FetchLike {
  return async (url, init = {}) => {
    const method = init.method ?? 'GET'
    if (String(url) !== endpoint)
      throw new Fault('PERMISSION_DENIED', `Only ${endpoint} is asked, not ${String(url).slice(0, 200)}.`)
    if (method !== 'POST' && method !== 'DELETE') return new Response(null, { status: 405 })
    const stop = new AbortController()
    const signal = init.signal ? AbortSignal.any([init.signal, stop.signal]) : stop.signal
    const text = typeof init.body === 'string' ? init.body : '{}'
    const max = bytesMax((JSON.parse(text) as { method?: unknown }).method)
    const body = method === 'POST' ? { body: Buffer.from(text) } : {}
    const answer = await http.stream({
      ...{ method, url: endpoint, headers: Object.fromEntries(new Headers(init.headers)) },
      ...{ timeoutMs, bytesMax: max, signal, ...body },
    })
    const bounded = boundedOf(answer.body, max, () => stop.abort())
    const empty = [204, 205, 304].includes(answer.status)
    if (empty) await bounded.cancel()
    return new Response(empty ? null : bounded, { status: answer.status, headers: answer.headers })
  }
}

function boundedOf(
  parts: AsyncIterable<Uint8Array>,
  bytesMax: number,
  stop: () => void,
): ReadableStream<Uint8Array> {
  const reading = parts[Symbol.asyncIterator]()
  let sizeBytes = 0
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await reading.next()
      if (done) return controller.close()
      sizeBytes += value.byteLength
      if (sizeBytes > bytesMax) {
        stop()
        throw new Fault('BODY_TOO_LARGE', `The answer is larger than ${bytesMax} bytes.`)
      }
      controller.enqueue(value)
    },
    async cancel() {
      stop()
      await reading.return?.()
    },
  })
}
