/** Conversations over a real record store and a clock that stands still, with an Ask that a test leads by the hand. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Event } from '@aiops/contract/event'
import type { Answer, EvidenceRecord } from '@aiops/contract/model/answer'
import type { ChatFrame } from '@aiops/contract/model/chat'
import { onTestFinished } from 'vitest'
import { type Clock, ManualClock } from '../../../kernel/clock.ts'
import { Fault } from '../../../kernel/fault.ts'
import { silentLog } from '../../../kernel/log.ts'
import { createMetrics } from '../../../kernel/metric.ts'
import { seededRandom } from '../../../kernel/random.ts'
import type { ObjectStore } from '../../../port/object-store.ts'
import type { Caller } from '../../../port/operation-client.ts'
import type { RecordStore } from '../../../port/record-store.ts'
import type { AskEvent, AskRequest } from '../index.ts'
import { builtinPersonas } from '../persona/index.ts'
import { type Chat, ChatConfig, type ChatDeps, createChat } from './index.ts'

export const callerOf = (actor: string, tenant = 'default'): Caller => ({ actor, tenant, permissions: [] })

export const recordOf = (id: string, sentence = 'The p95 is 1.8 s.'): EvidenceRecord => ({
  ...{ id, type: 'METRIC', tool: 'query_metrics', query: 'p95', source: 'local', time: null },
  ...{ entity: 'service/billing', sentence, fields: { p95_s: 1.8 }, trust: 'PLATFORM', link: null },
})

export const answerOf = (text: string, more: Partial<Answer> = {}): Answer => ({
  ...{ id: 'a', question: 'q', outcome: 'ANSWERED', engine: 'deterministic', model: null },
  ...{ model_note: null, persona_id: 'default', text, claims: [], tables: [], charts: [], evidence: [] },
  understanding: { intent: 'HEALTH', score: 1, entities: [], time: null, metric: null, incident_id: null },
  ...{ checked: [], not_checked: [], choices: [], suggestions: [], proposal: null, notices: [] },
  ...{ created_at: '2026-01-01T00:00:00.000Z', seconds: 0.1, usage: null },
  ...more,
})

/** A question as it reached Ask, for the test to answer. */
export type Asked = {
  caller: Caller
  request: AskRequest
  signal: AbortSignal
  tell(event: AskEvent): void
  answer(answer: Answer): void
  fail(error: unknown): void
}

/** Two rigs over one file give out ids of their own. */
let seed = 0

/** What keeps records in a file, and objects in a folder. */
export type RigStores = {
  openRecords(path: string): Promise<RecordStore>
  openObjects(path: string): Promise<ObjectStore>
}

export type RigOptions = {
  config?: object
  clock?: Clock
  deps?: Partial<ChatDeps>
  file?: string
}

export async function openChatOver(stores: RigStores, options: RigOptions = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'aiops-chat-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const records = await stores.openRecords(options.file ?? ':memory:')
  const objects = await stores.openObjects(folder)
  const clock = options.clock ?? new ManualClock()
  const events: Event[] = []
  const asked: Asked[] = []
  const waiting: ((one: Asked) => void)[] = []
  const metrics = createMetrics()
  const chat = createChat(
    {
      ask: (caller, request, { on = () => undefined, signal = new AbortController().signal } = {}) =>
        new Promise((resolve, reject) => {
          const one = { caller, request, signal, tell: on, answer: resolve, fail: reject }
          const wake = waiting.shift()
          if (wake) wake(one)
          else asked.push(one)
        }),
      async personaOf(_, id) {
        const found = builtinPersonas.find((persona) => persona.id === id)
        if (!found) throw new Fault('PERSONA_NOT_FOUND', `There is no persona ${id}.`)
        return found
      },
      models: () => ['local-llama'],
      bus: { publish: (_topic, message) => void events.push(message as Event) },
      ...{ records, objects, clock, metrics, random: seededRandom(++seed), log: silentLog },
      ...options.deps,
    },
    ChatConfig.parse({ messages_burst: 1_000, messages_per_minute: 60_000, ...options.config }),
  )
  await chat.start()
  onTestFinished(async () => {
    await chat.stop()
    await records.close()
  })
  /** The next question that Ask is given. */
  const nextAsked = (): Promise<Asked> => {
    const one = asked.shift()
    return one ? Promise.resolve(one) : new Promise((resolve) => waiting.push(resolve))
  }
  return { chat, clock: clock as ManualClock, records, objects, events, metrics, nextAsked, folder }
}

export const begun = { persona_id: 'default', cluster_context: [], model: null, shared: false }
export const saying = (content: string, attachment_ids: string[] = []) => ({ content, attachment_ids })

/** Asks and answers with this text, and waits for the end. */
export async function exchange(
  rig: Awaited<ReturnType<typeof openChatOver>>,
  caller: Caller,
  id: string,
  [question, text]: [string, string],
) {
  const { told } = await rig.chat.send(caller, id, saying(question))
  const asked = await rig.nextAsked()
  asked.answer(answerOf(text))
  return { asked, ...(await told) }
}

const never = new AbortController().signal

export async function read(
  chat: Chat,
  caller: Caller,
  [id, messageId]: [string, string],
  after = 0,
  signal = never,
): Promise<ChatFrame[]> {
  const frames: ChatFrame[] = []
  for await (const frame of (await chat.follow(caller, id, messageId, after, signal)).frames)
    frames.push(frame)
  return frames
}

/** What the frames say, as a reader that knows the protocol puts them together. */
export function textIn(frames: readonly ChatFrame[]): string {
  let text = ''
  for (const { event } of frames) {
    if (event.type === 'reset') text = ''
    else if (event.type === 'content_delta') text += event.delta
  }
  return text
}
