import { type Agent, request } from 'node:http'

export type Exchange = {
  agent: Agent
  port: number
  method: string
  path: string
  headers?: Record<string, string>
  body?: unknown
  /** For the whole exchange, connecting included. */
  timeoutMs: number
}

export type Answer = { status: number; body: unknown }

/** Nothing came back; `type` is OpenTelemetry's low-cardinality error.type: `timeout` or the system's error code. */
export class ExchangeError extends Error {
  override name = 'ExchangeError'
  readonly type: string

  constructor(type: string, message: string) {
    super(message)
    this.type = type
  }
}

/** One JSON request to a loopback port; resolves with whatever status came, throws ExchangeError when none did. */
export async function exchange(ask: Exchange): Promise<Answer> {
  try {
    return await attempt(ask)
  } catch (error) {
    // The other end closed a kept-alive connection just as it was taken: nothing was answered, so ask once more.
    if (error instanceof ExchangeError && error.type === 'stale') return attempt(ask)
    throw error
  }
}

function attempt(ask: Exchange): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const text = ask.body === undefined ? undefined : JSON.stringify(ask.body)
    const sent = request({
      host: '127.0.0.1',
      port: ask.port,
      method: ask.method,
      path: ask.path,
      agent: ask.agent,
      headers: {
        ...ask.headers,
        ...(text === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
      },
    })
    const timer = setTimeout(() => {
      sent.destroy(new ExchangeError('timeout', `no answer within ${ask.timeoutMs}ms`))
    }, ask.timeoutMs)
    const fail = (error: NodeJS.ErrnoException) => {
      clearTimeout(timer)
      if (error instanceof ExchangeError) reject(error)
      else if (error.code === 'ECONNRESET' && sent.reusedSocket)
        reject(new ExchangeError('stale', error.message))
      else reject(new ExchangeError(error.code ?? error.name, error.message))
    }
    sent.on('error', fail)
    sent.on('response', (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('error', fail)
      response.on('end', () => {
        clearTimeout(timer)
        resolve({ status: response.statusCode ?? 0, body: parseBody(Buffer.concat(parts)) })
      })
    })
    sent.end(text)
  })
}

function parseBody(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString())
  } catch {
    return undefined
  }
}
