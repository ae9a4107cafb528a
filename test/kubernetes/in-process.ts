import type { Clock } from '../../server/src/kernel/clock.ts'
import { Fault } from '../../server/src/kernel/fault.ts'
import type { HttpClient, HttpRequest, HttpStreams } from '../../server/src/port/http-client.ts'
import { Broken, Channel } from './channel.ts'
import type { FaultSwitch } from './fault-switch.ts'
import type { ApiAnswer, ApiRequest } from './handler.ts'

type Deps = { clock: Clock; faults: FaultSwitch; handle(request: ApiRequest): ApiAnswer | undefined }

/** The server without sockets: as the HTTP client of a program that runs in the same process. Its answers are uncompressed. */
export function inProcess({ clock, faults, handle }: Deps): HttpClient & HttpStreams {
  const refused = (request: HttpRequest) =>
    new Fault('UPSTREAM_FAILED', `${new URL(request.url).host} broke off before its answer.`)
  const givenUp = (request: HttpRequest) =>
    new Fault('TIMEOUT', `The request to ${new URL(request.url).host} was given up.`)
  async function answered(request: HttpRequest): Promise<ApiAnswer> {
    if (request.signal?.aborted) throw givenUp(request)
    if (faults.delayMs > 0) {
      await clock.sleep(Math.min(faults.delayMs, request.timeoutMs), request.signal).catch(() => {
        throw givenUp(request)
      })
      if (faults.delayMs > request.timeoutMs) throw silence(request)
    }
    const url = new URL(request.url)
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]),
    )
    delete headers['accept-encoding']
    const answer = handle({
      method: request.method,
      url: url.pathname + url.search,
      headers,
      ...(request.body ? { body: request.body } : {}),
    })
    // As a socket would: never within the same turn.
    await Promise.resolve()
    if (!answer) throw refused(request)
    return answer
  }
  return {
    async send(request) {
      const { status, headers, body } = await answered(request)
      const parts: Uint8Array[] = []
      let bytes = 0
      for await (const part of partsOf(body, request, clock)) {
        parts.push(part)
        bytes += part.length
        if (bytes > request.bytesMax) throw new Fault('BODY_TOO_LARGE', 'The answer is too large.')
      }
      return { status, headers, body: Buffer.concat(parts) }
    },
    async stream(request) {
      const { status, headers, body } = await answered(request)
      if (body instanceof Channel) request.signal?.addEventListener('abort', () => body.end(), { once: true })
      return { status, headers, body: partsOf(body, request, clock) }
    },
  }
}

const silence = (request: HttpRequest): Fault =>
  new Fault('TIMEOUT', `${new URL(request.url).host} said nothing for ${request.timeoutMs / 1_000} s.`)

async function* partsOf(
  body: Uint8Array | Channel,
  request: HttpRequest,
  clock: Clock,
): AsyncGenerator<Uint8Array> {
  if (!(body instanceof Channel)) {
    yield body
    return
  }
  let isSilent = false
  const arm = () =>
    clock.after(request.timeoutMs, () => {
      isSilent = true
      body.break()
    })
  let cancel = arm()
  try {
    for await (const part of body.read()) {
      cancel()
      yield part
      cancel = arm()
    }
  } catch (error) {
    if (isSilent) throw silence(request)
    if (!(error instanceof Broken)) throw error
    throw new Fault('UPSTREAM_FAILED', `${new URL(request.url).host} broke off within its answer.`)
  } finally {
    cancel()
    body.end()
  }
  if (request.signal?.aborted)
    throw new Fault('TIMEOUT', `The request to ${new URL(request.url).host} was given up.`)
}
