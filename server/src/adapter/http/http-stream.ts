import {
  type ClientRequest,
  type IncomingMessage,
  type RequestOptions,
  request as requestHttp,
} from 'node:http'
import { request as requestHttps } from 'node:https'
import type { Clock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import type { HttpRequest, HttpStream } from '../../port/http-client.ts'
import { faultOf, plainHeaders } from './answer.ts'

/** Resolves with the head of the answer; its body comes as it is read. A connection whose body was not read to its end is closed. */
export function openStream(
  url: URL,
  options: RequestOptions,
  asked: HttpRequest,
  clock: Clock,
): Promise<HttpStream> {
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, options)
    const cancel = clock.after(asked.timeoutMs, () => request.destroy(silence(url, asked)))
    const forget = options.signal ? () => undefined : stopsOn(asked.signal, request)
    request.on('error', (error) => {
      cancel()
      forget()
      reject(asked.signal?.aborted ? givenUp(url) : faultOf(error, url.host, request.reusedSocket))
    })
    request.on('response', (response) => {
      cancel()
      // What breaks before it is read is told to the reader.
      response.on('error', () => undefined)
      response.on('end', forget)
      response.on('close', forget)
      resolve({
        status: response.statusCode ?? 0,
        headers: plainHeaders(response),
        body: partsOf(response, url, asked, clock),
      })
    })
    request.end(asked.body)
  })
}

/**
 * Ends the request without an error: Node first drains an answer that had come whole, which hands the connection to those that wait, and
 * would then throw the error at a connection that nobody listens to.
 */
function stopsOn(signal: AbortSignal | undefined, request: ClientRequest): () => void {
  const stop = (): void => void request.destroy()
  if (signal?.aborted) stop()
  signal?.addEventListener('abort', stop, { once: true })
  return () => signal?.removeEventListener('abort', stop)
}

async function* partsOf(
  response: IncomingMessage,
  url: URL,
  asked: HttpRequest,
  clock: Clock,
): AsyncGenerator<Uint8Array> {
  const arm = () => clock.after(asked.timeoutMs, () => response.destroy(silence(url, asked)))
  let cancel = arm()
  try {
    for await (const part of response) {
      cancel()
      yield part as Buffer
      cancel = arm()
    }
    if (!response.complete) throw new Fault('UPSTREAM_FAILED', `${url.host} broke off within its answer.`)
  } catch (error) {
    if (asked.signal?.aborted) throw givenUp(url)
    throw faultOf(error, url.host, false)
  } finally {
    cancel()
    if (!response.readableEnded) response.destroy()
  }
}

const silence = (url: URL, { timeoutMs }: HttpRequest): Fault =>
  new Fault('TIMEOUT', `${url.host} said nothing for ${timeoutMs / 1_000} s.`)

const givenUp = ({ host }: URL): Fault => new Fault('TIMEOUT', `The request to ${host} was given up.`)
