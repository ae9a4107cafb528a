import { type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { Clock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import type { HttpRequest, HttpStream } from '../../port/http-client.ts'
import { faultOf, plainHeaders } from './answer.ts'

/** Resolves with the head of the answer; its body comes as it is read, over a connection of its own. */
export function openStream(
  url: URL,
  options: RequestOptions,
  asked: HttpRequest,
  clock: Clock,
): Promise<HttpStream> {
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, options)
    const cancel = clock.after(asked.timeoutMs, () => request.destroy(silence(url, asked)))
    request.on('error', (error) => {
      cancel()
      reject(faultOf(error, url.host, false))
    })
    request.on('response', (response) => {
      cancel()
      // What breaks before it is read is told to the reader.
      response.on('error', () => undefined)
      resolve({
        status: response.statusCode ?? 0,
        headers: plainHeaders(response),
        body: partsOf(response, url, asked, clock),
      })
    })
    request.end(asked.body)
  })
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
    if (asked.signal?.aborted) throw new Fault('TIMEOUT', `The request to ${url.host} was given up.`)
    throw faultOf(error, url.host, false)
  } finally {
    cancel()
    response.destroy()
  }
}

const silence = (url: URL, { timeoutMs }: HttpRequest): Fault =>
  new Fault('TIMEOUT', `${url.host} said nothing for ${timeoutMs / 1_000} s.`)
