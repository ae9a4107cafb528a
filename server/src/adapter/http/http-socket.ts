import type { IncomingMessage } from 'node:http'
import type { RequestOptions } from 'node:https'
import { WebSocket } from 'ws'
import type { Clock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import type { HttpRequest, HttpResponse, HttpSocket } from '../../port/http-client.ts'
import { faultOf, plainHeaders } from './answer.ts'

/** Messages that wait to be read before the connection is told to wait. */
const waitingMax = 16

/** Resolves once the connection is open, over one of its own, or with the answer of who would not change protocols. */
export function openSocket(
  url: URL,
  options: RequestOptions,
  protocols: readonly string[],
  asked: HttpRequest,
  clock: Clock,
): Promise<HttpSocket | HttpResponse> {
  return new Promise((resolve, reject) => {
    const address = new URL(url)
    address.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
    const { method: _, signal: __, ...rest } = options
    const socket = new WebSocket(address, [...protocols], {
      ...rest,
      perMessageDeflate: false,
      followRedirects: false,
      maxPayload: asked.bytesMax,
    })
    const give = (reason: Fault): void => {
      reject(reason)
      socket.terminate()
    }
    const cancel = clock.after(asked.timeoutMs, () => give(silence(url, asked)))
    const abort = (): void => give(new Fault('TIMEOUT', `The request to ${url.host} was given up.`))
    if (asked.signal?.aborted) abort()
    asked.signal?.addEventListener('abort', abort, { once: true })
    const settled = (): void => {
      cancel()
      asked.signal?.removeEventListener('abort', abort)
    }
    socket.on('error', (error) => {
      settled()
      reject(faultOf(error, url.host, false))
    })
    socket.on('unexpected-response', (request, response) => {
      settled()
      refusal(response, asked.bytesMax).then(resolve, reject)
      response.on('close', () => request.destroy())
    })
    const inbox = inboxOf(socket, url)
    socket.on('open', () => {
      settled()
      resolve({
        status: 101,
        protocol: socket.protocol,
        messages: messagesOf(socket, inbox, url, asked, clock),
        send: (message) =>
          new Promise((sent, failed) => {
            socket.send(message, (error) => (error ? failed(faultOf(error, url.host, false)) : sent()))
          }),
        close: () => socket.terminate(),
      })
    })
  })
}

type Inbox = { waiting: Uint8Array[]; ended: boolean; error: Fault | undefined; wake: () => void }

/** Takes what comes from the first moment on: a server may speak before anybody reads. */
function inboxOf(socket: WebSocket, url: URL): Inbox {
  const inbox: Inbox = { waiting: [], ended: false, error: undefined, wake: () => undefined }
  socket.on('message', (data) => {
    inbox.waiting.push(bytesOf(data))
    if (inbox.waiting.length >= waitingMax) socket.pause()
    inbox.wake()
  })
  socket.on('error', (error) => {
    inbox.error ??= faultOf(error, url.host, false)
  })
  socket.on('close', (code) => {
    // 1006: nobody said goodbye (RFC 6455 §7.1.5).
    if (code === 1006) inbox.error ??= new Fault('UPSTREAM_FAILED', `${url.host} broke off.`)
    inbox.ended = true
    inbox.wake()
  })
  return inbox
}

async function* messagesOf(
  socket: WebSocket,
  inbox: Inbox,
  url: URL,
  asked: HttpRequest,
  clock: Clock,
): AsyncGenerator<Uint8Array> {
  const stop = (reason: Fault): void => {
    inbox.error ??= reason
    inbox.ended = true
    inbox.wake()
  }
  const abort = (): void => stop(new Fault('TIMEOUT', `The request to ${url.host} was given up.`))
  if (asked.signal?.aborted) abort()
  asked.signal?.addEventListener('abort', abort, { once: true })
  try {
    for (;;) {
      const message = inbox.waiting.shift()
      if (message) {
        if (inbox.waiting.length === 0 && socket.isPaused) socket.resume()
        yield message
        continue
      }
      if (inbox.ended) break
      const cancel = clock.after(asked.timeoutMs, () => stop(silence(url, asked)))
      await new Promise<void>((resolve) => {
        inbox.wake = resolve
      })
      cancel()
    }
    if (inbox.error) throw inbox.error
  } finally {
    asked.signal?.removeEventListener('abort', abort)
    socket.terminate()
  }
}

const bytesOf = (data: Buffer | ArrayBuffer | Buffer[]): Uint8Array =>
  Array.isArray(data) ? Buffer.concat(data) : Buffer.isBuffer(data) ? data : new Uint8Array(data)

async function refusal(response: IncomingMessage, bytesMax: number): Promise<HttpResponse> {
  const parts: Buffer[] = []
  let sizeBytes = 0
  for await (const part of response) {
    parts.push(part as Buffer)
    sizeBytes += (part as Buffer).length
    if (sizeBytes >= bytesMax) break
  }
  const body = Buffer.concat(parts).subarray(0, bytesMax)
  return { status: response.statusCode ?? 0, headers: plainHeaders(response), body }
}

const silence = (url: URL, { timeoutMs }: HttpRequest): Fault =>
  new Fault('TIMEOUT', `${url.host} said nothing for ${timeoutMs / 1_000} s.`)
