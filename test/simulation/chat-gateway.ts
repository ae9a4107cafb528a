/** Conversations behind a real gateway on a free port: keys of several people, a fake Ask that the test leads, and readers of both streams. */
import { createHash } from 'node:crypto'
import { ChatFrame, ChatServerMessage, type ChatSession } from '@aiops/contract/model/chat'
import { expect, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { openObjectFolder } from '../../server/src/adapter/folder/object-folder.ts'
import { openSqliteRecordStore } from '../../server/src/adapter/kysely/record-store.ts'
import { createChatApi } from '../../server/src/edge/chat/index.ts'
import { chatHandlers } from '../../server/src/edge/gateway/handler/chat.ts'
import { makeGateway, post } from '../../server/src/edge/gateway/open-gateway.suite.ts'
import { type Clock, systemClock } from '../../server/src/kernel/clock.ts'
import { createMetrics } from '../../server/src/kernel/metric.ts'
import { createIdentity, IdentityConfig } from '../../server/src/service/identity/index.ts'
import { openChatOver } from '../../server/src/service/intelligence/chat/chat-rig.suite.ts'

const people = [
  { name: 'anna', role: 'operator', tenant: 'default' },
  { name: 'ben', role: 'operator', tenant: 'default' },
  { name: 'vera', role: 'viewer', tenant: 'default' },
  { name: 'stranger', role: 'operator', tenant: 'shop' },
]
export const keyOf = (name: string): string => `key-of-${name}`

const audited: { actor: string; action: string; outcome: string }[] = []

type Options = { keyed?: boolean; config?: object; gateway?: object; clock?: Clock }

/** `clock` is that of the streams; everything else goes by the time of day. */
export async function openChatGateway(options: Options = {}) {
  const stores = { openRecords: openSqliteRecordStore, openObjects: openObjectFolder }
  const rig = await openChatOver(stores, { clock: systemClock, config: options.config ?? {} })
  const api_keys = people.map((person) => ({
    ...person,
    sha256: createHash('sha256').update(keyOf(person.name)).digest('hex'),
  }))
  audited.length = 0
  const audit = {
    append: async (record: (typeof audited)[number]) => void audited.push(record),
    list: async () => [],
    verify: async () => null,
  }
  const identity = createIdentity(
    { audit, clock: systemClock },
    IdentityConfig.parse({ tenants: ['default', 'shop'], api_keys: options.keyed === false ? [] : api_keys }),
  )
  const metrics = createMetrics()
  const clock = options.clock ?? systemClock
  const api = createChatApi({ chat: rig.chat, identity, allowedHosts: [], clock, metrics })
  const { gateway } = makeGateway({
    handlers: chatHandlers({ chat: rig.chat }),
    config: options.gateway ?? {},
    deps: { identity, streams: api.streams },
  })
  api.attach(gateway.server)
  await gateway.start()
  await api.start()
  onTestFinished(async () => {
    await api.stop()
    await gateway.stop()
  })
  const base = `${gateway.url}/api/v1/chat/sessions`
  const call = (who: string, path: string, init: RequestInit = {}) =>
    fetch(base + path, {
      ...init,
      headers: { ...init.headers, ...(who === '' ? {} : { authorization: `Bearer ${keyOf(who)}` }) },
    })
  return {
    ...{ ...rig, api, gateway, metrics, audited },
    call,
    async begin(who: string, more: object = {}): Promise<ChatSession> {
      const response = await call(who, '', post(JSON.stringify(more)))
      expect(response.status).toBe(201)
      return (await response.json()) as ChatSession
    },
    /** Says something and reads what comes. */
    say: async (who: string, id: string, content: string, query = '') =>
      new EventReader(await call(who, `/${id}/stream${query}`, post(JSON.stringify({ content })))),
    follow: async (who: string, id: string, query: string, headers: Record<string, string> = {}) =>
      new EventReader(await call(who, `/${id}/stream${query}`, { headers })),
    connect: (id: string, headers: Record<string, string> = {}) =>
      connectTo(`${base.replace('http', 'ws')}/${id}/socket`, headers),
  }
}

/** Server-sent events as a client takes them apart: bytes in any pieces, UTF-8 that must be whole in the end. */
export class EventReader {
  readonly response: Response
  readonly frames: ChatFrame[] = []
  readonly #reader
  readonly #decoder = new TextDecoder('utf-8', { fatal: true })
  #rest = ''

  constructor(response: Response) {
    this.response = response
    this.#reader = response.body?.getReader()
  }

  /** Reads until there are so many frames, or to the end. */
  async read(count = Number.POSITIVE_INFINITY): Promise<ChatFrame[]> {
    while (this.frames.length < count) {
      const { done, value } = (await this.#reader?.read()) ?? { done: true, value: undefined }
      if (done) break
      // One byte at a time, so that every character and every line is cut somewhere.
      for (const byte of value) this.#take(this.#decoder.decode(Uint8Array.of(byte), { stream: true }))
    }
    return this.frames
  }

  close(): Promise<void> | undefined {
    return this.#reader?.cancel()
  }

  #take(text: string): void {
    this.#rest += text
    const end = this.#rest.indexOf('\n\n')
    if (end < 0) return
    const lines = this.#rest.slice(0, end).split('\n')
    this.#rest = this.#rest.slice(end + 2)
    if (lines.every((line) => line.startsWith(':'))) return
    const [type, place, data] = ['event: ', 'id: ', 'data: '].map((name, index) => {
      expect(lines[index]?.startsWith(name)).toBe(true)
      return lines[index]!.slice(name.length)
    })
    const [message_id, seq] = place!.split(':')
    const frame = ChatFrame.parse({ seq: Number(seq), message_id, event: JSON.parse(data!) })
    expect([lines.length, frame.event.type]).toEqual([3, type])
    this.frames.push(frame)
  }
}

/** A client of the WebSocket: every message it is sent, checked against the contract. */
export function connectTo(url: string, headers: Record<string, string>) {
  const socket = new WebSocket(url, { headers })
  const messages: ChatServerMessage[] = []
  let wake = (): void => undefined
  socket.on('message', (data) => {
    messages.push(ChatServerMessage.parse(JSON.parse(String(data))))
    wake()
  })
  const closed = new Promise<number>((resolve) => {
    socket.on('close', (code) => {
      resolve(code)
      wake()
    })
  })
  const refused = new Promise<number>((resolve) => {
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0))
  })
  socket.on('error', () => undefined)
  onTestFinished(() => socket.terminate())
  const opened = new Promise<void>((resolve) => socket.on('open', () => resolve()))
  /** The first message that fits, from the first that was not looked at. */
  async function next(fits: (message: ChatServerMessage) => boolean): Promise<ChatServerMessage> {
    for (;;) {
      const found = messages.findIndex(fits)
      if (found >= 0) return messages.splice(0, found + 1).at(-1)!
      if (socket.readyState >= socket.CLOSING) throw new Error('closed without it')
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  }
  return {
    ...{ socket, closed, refused, opened, next },
    said: (type: string) => next((message) => 'type' in message && message.type === type),
    /** Frames until the end of an answer. */
    async frames(): Promise<ChatFrame[]> {
      const frames: ChatFrame[] = []
      for (;;) {
        const frame = (await next((message) => 'seq' in message)) as ChatFrame
        frames.push(frame)
        if (frame.event.type === 'message_complete' || frame.event.type === 'error') return frames
      }
    },
    async send(message: object | string): Promise<void> {
      await opened
      socket.send(typeof message === 'string' ? message : JSON.stringify(message))
    },
  }
}
