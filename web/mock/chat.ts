/** Conversations of the stand-in: kept in memory, answered by `chat-answer.ts`, told over about two seconds as server-sent events. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { EventType } from '@aiops/contract/event'
import type { Attachment, ChatEvent, ChatFrame, ChatMessage, ChatSession } from '@aiops/contract/model/chat'
import { answerTo } from './chat-answer.ts'
import { type Input, Refusal } from './refusal.ts'

type Told = { message: ChatMessage; frames: ChatFrame[]; over: boolean; wake: Set<() => void>; stop: boolean }
type Kept = { session: ChatSession; messages: ChatMessage[]; files: Attachment[]; told: Map<string, Told> }

const hourMs = 3_600_000
const iso = (ms = Date.now()): string => new Date(ms).toISOString()
const stopped = (told: Told): boolean => told.stop
const personaNames: Record<string, string> = {
  default: 'Default Assistant',
  'network-cnf-expert': 'Network & CNF Expert',
}

export function chatMock(empty: boolean, tell: (type: EventType, payload: unknown) => void) {
  const kept = new Map<string, Kept>()
  let count = 0
  const newId = (kind: string): string => {
    count += 1
    return `${kind}-${Date.now().toString(36)}-${count}`
  }
  const create = (body: Input['body'], user = 'local', ageMs = 0): Kept => {
    const at = Date.now() - ageMs
    const session: ChatSession = {
      ...{ id: newId('chat'), user_id: user, title: String(body.title ?? 'New conversation') },
      persona_id: String(body.persona_id ?? 'default'),
      cluster_context: (body.cluster_context ?? []) as string[],
      ...{ model: (body.model ?? null) as string | null, message_count: 0, shared: body.shared === true },
      ...{ created_at: iso(at), updated_at: iso(at), expires_at: iso(at + 24 * hourMs) },
    }
    const one: Kept = { session, messages: [], files: [], told: new Map() }
    kept.set(session.id, one)
    return one
  }
  const find = (id = ''): Kept => {
    const one = kept.get(id)
    if (!one) throw new Refusal(404, 'SESSION_NOT_FOUND', `There is no conversation ${id}.`)
    return one
  }
  const publish = ({ session }: Kept, message: ChatMessage): void =>
    tell('CHAT_MESSAGE', {
      ...{ session_id: session.id, message_id: message.id, role: message.role, state: message.state },
      ...{ preview: message.content.slice(0, 120), user_id: session.user_id, shared: session.shared },
    })
  const blank = (one: Kept, author: string, content: string) => ({
    ...{ id: newId('message'), session_id: one.session.id, author, content },
    ...{ persona_id: one.session.persona_id, tool_calls: [], tool_results: [], answer: null },
    ...{ attachments: [], model: null, tokens_used: 0, latency_ms: 0, created_at: iso() },
  })

  function say(one: Kept, content: string, files: readonly string[], fast = false): Told {
    if (one.messages.some(({ state }) => state === 'STREAMING'))
      throw new Refusal(409, 'CONFLICT', 'An answer is being written in this conversation; wait or stop it.')
    const attachments = one.files.filter(({ id }) => files.includes(id))
    const question: ChatMessage = {
      ...{ ...blank(one, one.session.user_id, content), attachments },
      ...{ role: 'USER', state: 'COMPLETE' },
    }
    const name = personaNames[one.session.persona_id] ?? one.session.persona_id
    const message: ChatMessage = { ...blank(one, name, ''), role: 'ASSISTANT', state: 'STREAMING' }
    one.messages.push(question, message)
    const { session } = one
    if (session.message_count === 0) session.title = content.slice(0, 60)
    Object.assign(session, { message_count: session.message_count + 2, updated_at: iso() })
    const told: Told = { message, frames: [], over: false, wake: new Set(), stop: false }
    one.told.set(message.id, told)
    publish(one, question)
    publish(one, message)
    void write(one, told, content, fast)
    return told
  }

  async function write(one: Kept, told: Told, question: string, fast: boolean): Promise<void> {
    const { message } = told
    const startMs = Date.now()
    const add = (event: ChatEvent): void => {
      told.frames.push({ seq: told.frames.length + 1, message_id: message.id, event })
      if (event.type === 'content_delta') message.content += event.delta
      if (event.type === 'reset') message.content = ''
      for (const wake of told.wake) wake()
    }
    const pause = (ms: number) => (fast ? undefined : new Promise((done) => setTimeout(done, ms)))
    add({ type: 'message_start', id: message.id, role: 'ASSISTANT' })
    const { answer, refusal, rewritten } = answerTo(question, one.session.persona_id, empty)
    add({ type: 'plan', intent: answer.understanding.intent, tools: answer.checked.map(({ tool }) => tool) })
    for (const call of answer.checked) {
      if (stopped(told)) break
      add({ type: 'tool_use', tool_call_id: call.id, name: call.tool, arguments: call.arguments })
      await pause(250)
      const status = call.status === 'TIMEOUT' ? 'TIMEOUT' : call.status === 'FAILED' ? 'ERROR' : 'SUCCESS'
      add({ type: 'tool_result', tool_call_id: call.id, status, call })
    }
    add({ type: 'evidence', evidence: answer.evidence })
    for (const text of rewritten === undefined ? [answer.text] : [rewritten, answer.text]) {
      if (text !== rewritten && rewritten !== undefined)
        add({ type: 'reset', reason: 'A number in it is not in the evidence.' })
      const size = Math.max(8, Math.ceil(text.length / 60))
      for (let at = 0; at < text.length && !stopped(told); at += size) {
        add({ type: 'content_delta', delta: text.slice(at, at + size) })
        await pause(20)
      }
    }
    if (refusal) add({ type: 'error', ...refusal })
    const latency_ms = Date.now() - startMs
    const whole = told.stop || refusal ? null : answer
    Object.assign(message, {
      ...{ answer: whole, latency_ms, state: refusal ? 'FAILED' : told.stop ? 'STOPPED' : 'COMPLETE' },
      tool_calls: answer.checked.map(({ id, tool, arguments: given }) => ({
        id,
        name: tool,
        arguments: given,
      })),
      tool_results: answer.checked.map(({ id, records, sentence }) => ({
        ...{ tool_call_id: id, status: 'SUCCESS', result: { records, sentence } },
      })),
      content: message.content + (refusal ? `\n\nThe answer failed: ${refusal.message}` : ''),
    })
    if (!refusal) add({ type: 'message_complete', tokens_used: 0, latency_ms, answer: whole })
    told.over = true
    for (const wake of told.wake) wake()
    publish(one, message)
  }

  if (!empty) {
    const titles = [
      'Is billing healthy?',
      'Why did the nightly export take so long on Tuesday?',
      'GPU temperatures',
    ]
    for (const [i, title] of titles.entries())
      say(
        create({ title, shared: i === 1 }, i === 1 ? 'dana' : 'local', (i + 1) * 2 * hourMs),
        title,
        [],
        true,
      )
    for (let i = 0; i < 40; i += 1) create({ title: `Older question ${i + 1}` }, 'local', (i + 8) * hourMs)
  }
  return { handlers: handlersOf({ kept, find, create, say, newId }), stream: streamOf(find, say) }
}

type Parts = {
  kept: Map<string, Kept>
  find: (id?: string) => Kept
  create: (body: Input['body']) => Kept
  say: (one: Kept, content: string, files: readonly string[]) => Told
  newId: (kind: string) => string
}

const handlersOf = ({ kept, find, create, newId }: Parts) => ({
  createChatSession: ({ body }: Input) => create(body).session,
  listChatSessions: ({ query }: Input) => {
    const text = (query.search?.[0] ?? '').toLowerCase()
    const page = Number(query.page?.[0] ?? 1)
    const size = Number(query.page_size?.[0] ?? 20)
    const all = [...kept.values()]
      .map(({ session }) => session)
      .filter(({ title }) => title.toLowerCase().includes(text))
      .sort((a, b) => Date.parse(b.updated_at) - Date.parse(a.updated_at))
    const items = all.slice((page - 1) * size, page * size)
    return { items, total: all.length, page, page_size: size, total_pages: Math.ceil(all.length / size) }
  },
  getChatSession: ({ params }: Input) => find(params.id).session,
  updateChatSession: ({ params, body }: Input) => {
    const one = find(params.id)
    if (one.session.user_id !== 'local')
      throw new Refusal(
        403,
        'PERMISSION_DENIED',
        `This conversation belongs to ${one.session.user_id}, who shares it.`,
      )
    return Object.assign(one.session, body)
  },
  deleteChatSession: ({ params }: Input) => {
    kept.delete(find(params.id).session.id)
    return null
  },
  listChatMessages: ({ params, query }: Input) => {
    const { messages } = find(params.id)
    const before = query.before?.[0]
    const end = before === undefined ? messages.length : messages.findIndex(({ id }) => id === before)
    const start = Math.max(0, end - Number(query.limit?.[0] ?? 50))
    return { messages: messages.slice(start, end), older: start > 0 ? (messages[start]?.id ?? null) : null }
  },
  stopChatMessage: ({ params }: Input) => {
    const told = find(params.id).told.get(params.message_id ?? '')
    if (!told) throw new Refusal(404, 'SESSION_NOT_FOUND', 'There is no such answer.')
    told.stop = true
    return told.message
  },
  addChatAttachment: ({ params, body }: Input) => {
    const file: Attachment = {
      ...{ id: newId('file'), name: String(body.name), media_type: String(body.media_type) },
      size_bytes: Buffer.byteLength(String(body.text)),
      ...{ created_at: iso(), expires_at: iso(Date.now() + 168 * hourMs) },
    }
    find(params.id).files.push(file)
    return file
  },
  exportChatSession: ({ params, query }: Input) => {
    const { session, messages } = find(params.id)
    const json = query.format?.[0] === 'JSON'
    return {
      ...{
        name: `conversation.${json ? 'json' : 'md'}`,
        media_type: json ? 'application/json' : 'text/markdown',
      },
      text: json
        ? JSON.stringify({ session, messages })
        : messages.map(({ content }) => content).join('\n\n'),
    }
  },
  listModels: () => ({ policy: 'LOCAL_ONLY' as const, providers: models }),
})

const models = ['READY', 'EXCLUDED'].map((state, i) => ({
  ...{ name: ['workbench', 'cloud'][i] ?? '', protocol: 'OPENAI_COMPATIBLE' as const, local: i === 0 },
  ...{
    model: ['qwen2.5-7b-instruct', 'large-4'][i] ?? '',
    state: state as 'READY',
    message: '',
    window_tokens: 32_768,
  },
  ...{
    calls: 12,
    failures: 1,
    input_tokens: 40_112,
    output_tokens: 3_205,
    cost_usd: null,
    last_used_at: null,
  },
}))

/** Takes requests to the stream of a conversation; false for all others. */
function streamOf(find: Parts['find'], say: Parts['say']) {
  return async (
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
    body: () => Promise<Input['body']>,
  ) => {
    const id = /^\/api\/v1\/chat\/sessions\/([^/]+)\/stream$/.exec(url.pathname)?.[1]
    if (id === undefined) return false
    const one = find(id)
    const { content, attachment_ids: files } = request.method === 'POST' ? await body() : {}
    const told =
      request.method === 'POST'
        ? say(one, String(content).trim(), (files ?? []) as string[])
        : one.told.get(url.searchParams.get('message_id') ?? '')
    let at = Number(url.searchParams.get('after') ?? 0)
    if (!told || (told.over && at >= told.frames.length)) {
      response.writeHead(204).end()
      return true
    }
    response
      .writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
      .write(':\n\n')
    // A question with the word "cut" loses its connection in the middle, as behind some proxies.
    const cutAt = request.method === 'POST' && /cut/i.test(String(content)) ? 30 : Number.POSITIVE_INFINITY
    const push = (): void => {
      for (const { seq, message_id, event } of told.frames.slice(at)) {
        if (seq > cutAt) return void response.destroy()
        response.write(`event: ${event.type}\nid: ${message_id}:${seq}\ndata: ${JSON.stringify(event)}\n\n`)
        at = seq
      }
      if (told.over) response.end()
    }
    told.wake.add(push)
    response.on('close', () => told.wake.delete(push))
    push()
    return true
  }
}
