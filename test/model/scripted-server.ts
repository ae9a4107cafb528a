import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { anthropicAsked, anthropicError, anthropicFrames } from './anthropic-messages.ts'
import { googleAsked, googleError, googleFrames } from './google-generate.ts'
import { openAiChatAsked, openAiChatError, openAiChatFrames } from './openai-chat.ts'
import { openAiResponsesAsked, openAiResponsesError, openAiResponsesFrames } from './openai-responses.ts'
import { type Asked, type Frames, type Rule, ruleOf, type Script, type Turn, turnOf } from './script.ts'

export type ScriptedProtocol = 'openai' | 'openai-responses' | 'anthropic' | 'google'

/** A request as it came, oldest first. */
export type RecordedRequest = {
  method: string
  path: string
  headers: IncomingMessage['headers']
  body: unknown
}

export type ScriptedModel = {
  url: string
  readonly requests: RecordedRequest[]
  /** Answers of models that were asked for, without lists and states. */
  completions(): RecordedRequest[]
  /** Answers that are under way. */
  readonly open: number
  play(script: Script): void
  close(): Promise<void>
}

type Wire = {
  base: string
  path: RegExp
  asked(body: never): Asked
  frames(turn: Turn): Frames
  error(message: string): string
  errorBody(status: number, message: string): unknown
}

const wires: Record<ScriptedProtocol, Wire> = {
  openai: {
    base: '/v1',
    path: /^\/v1\/chat\/completions$/,
    asked: openAiChatAsked,
    frames: openAiChatFrames,
    error: openAiChatError,
    errorBody: (_, message) => ({ error: { message, type: 'error', param: null, code: null } }),
  },
  'openai-responses': {
    base: '/v1',
    path: /^\/v1\/responses$/,
    asked: openAiResponsesAsked,
    frames: openAiResponsesFrames,
    error: openAiResponsesError,
    errorBody: (_, message) => ({ error: { message, type: 'error', param: null, code: null } }),
  },
  anthropic: {
    base: '/v1',
    path: /^\/v1\/messages$/,
    asked: anthropicAsked,
    frames: anthropicFrames,
    error: anthropicError,
    errorBody: (_, message) => ({ type: 'error', error: { type: 'api_error', message } }),
  },
  google: {
    base: '/v1beta',
    path: /^\/v1beta\/models\/[^/]+:streamGenerateContent$/,
    asked: googleAsked,
    frames: googleFrames,
    error: googleError,
    errorBody: (code, message) => ({ error: { code, message, status: 'ERROR' } }),
  },
}

const bodyBytesMax = 16_777_216

/** A server that speaks a provider's protocol and says what a script tells it to. It remembers each request. */
export async function startScriptedModel(
  protocol: ScriptedProtocol,
  script: Script,
  { port = 0, host = '127.0.0.1' }: { port?: number; host?: string } = {},
): Promise<ScriptedModel> {
  const wire = wires[protocol]
  const requests: RecordedRequest[] = []
  const sockets = new Set<Socket>()
  const used = new Map<Rule, number>()
  let playing = script
  let open = 0
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    const body = await bodyOf(request)
    requests.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers, body })
    if (requests.length > 10_000) requests.shift()
    if (request.method === 'GET') return answerGet(response, pathname, playing, urlOf(server, host))
    if (!wire.path.test(pathname))
      return answerJson(response, 404, wire.errorBody(404, 'There is no such path.'))
    const asked = wire.asked((body ?? {}) as never)
    const rule = ruleOf(playing, asked, used)
    if (!rule) return answerJson(response, 400, wire.errorBody(400, 'The script has no answer to this.'))
    used.set(rule, (used.get(rule) ?? 0) + 1)
    open += 1
    response.on('close', () => {
      open -= 1
    })
    const { model = 'scripted' } = (body ?? {}) as { model?: string }
    await answer(response, wire, rule, turnOf(rule, model, asked))
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => undefined)
  })
  await new Promise<void>((resolve) => server.listen(port, host, resolve))
  return {
    url: `${urlOf(server, host)}${wire.base}`,
    requests,
    completions: () => requests.filter(({ method }) => method === 'POST'),
    get open() {
      return open
    },
    play(next) {
      playing = next
      used.clear()
    },
    close() {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

const urlOf = (server: Server, host: string): string =>
  `http://${host}:${(server.address() as AddressInfo).port}`

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request) {
    size += (part as Buffer).length
    if (size <= bodyBytesMax) parts.push(part as Buffer)
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8'))
  } catch {
    return undefined
  }
}

/** The lists of OpenAI-compatible servers, and of Foundry Local. */
function answerGet(response: ServerResponse, path: string, { models = [] }: Script, origin: string): void {
  if (path === '/v1/models')
    answerJson(response, 200, {
      object: 'list',
      data: models.map((id) => ({ id, object: 'model', owned_by: 'script', max_model_len: 8192 })),
    })
  else if (path === '/openai/status')
    answerJson(response, 200, { endpoints: [origin], modelDirPath: 'models' })
  else if (path === '/openai/loadedmodels') answerJson(response, 200, models)
  else answerJson(response, 404, {})
}

function answerJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

async function answer(response: ServerResponse, wire: Wire, rule: Rule, turn: Turn): Promise<void> {
  const { fault } = rule
  if (rule.delayMs) await sleep(rule.delayMs)
  if (fault?.type === 'STATUS') {
    const body = wire.errorBody(fault.status, fault.message ?? `scripted ${fault.status}`)
    return answerJson(response, fault.status, body, fault.headers)
  }
  if (fault?.type === 'STALL' && fault.after === 0) return
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
  const frames = wire.frames(turn)
  const content = fault ? frames.content.slice(0, fault.after) : frames.content
  for (const frame of [...frames.opening, ...content]) {
    if (!(await write(response, frame, rule.writeBytes))) return
    if (rule.pieceMs) await sleep(rule.pieceMs)
  }
  if (fault?.type === 'STALL') return
  if (fault?.type === 'CUT') {
    // What was written is on its way before the connection breaks.
    await sleep(5)
    response.destroy()
    return
  }
  if (fault?.type === 'GARBAGE') await write(response, 'data: {"no":\n\n')
  if (fault?.type === 'ERROR') await write(response, wire.error(fault.message))
  if (fault) return void response.end()
  const last = rule.noDone ? frames.closing : [...frames.closing, ...frames.done]
  for (const frame of last) await write(response, frame, rule.writeBytes)
  response.end()
}

/** False where nobody listens any more. */
async function write(
  response: ServerResponse,
  text: string,
  bytes = Number.POSITIVE_INFINITY,
): Promise<boolean> {
  const whole = Buffer.from(text)
  const step = Math.min(bytes, whole.length)
  for (let at = 0; at < whole.length; at += step) {
    if (response.destroyed) return false
    const piece = whole.subarray(at, at + step)
    // Each piece in a packet of its own, as far as that can be had.
    if (step < whole.length) response.socket?.setNoDelay(true)
    if (!response.write(piece)) {
      await new Promise<void>((resolve) => {
        response.once('drain', resolve)
        response.once('close', resolve)
      })
    } else if (step < whole.length) await new Promise((resolve) => setImmediate(resolve))
  }
  return !response.destroyed
}
