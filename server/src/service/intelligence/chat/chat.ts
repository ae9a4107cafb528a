import type { ChatFrame, ChatMessage } from '@aiops/contract/model/chat'
import { Fault } from '../../../kernel/fault.ts'
import type { Caller } from '../../../port/operation-client.ts'
import { Answers, framesFrom } from './answers.ts'
import { Attachments } from './attachments.ts'
import type { ChatConfig } from './config.ts'
import { replayOf, unpackFrames } from './frame-pack.ts'
import type { Chat, ChatDeps, Following, MessageList, MessagePage } from './index.ts'
import { Sessions, shown } from './sessions.ts'
import { transcriptOf } from './transcript.ts'
import { failUnfinished, keepUp } from './upkeep.ts'

export function createChat(deps: ChatDeps, config: ChatConfig): Chat {
  const sessions = new Sessions(deps, config)
  const attachments = new Attachments(deps, config)
  const answers = new Answers(deps, config, { sessions, attachments })
  const { chats } = deps.records
  let endUpkeep = async (): Promise<void> => undefined

  async function messagesOf(caller: Caller, id: string, page: MessagePage = {}): Promise<MessageList> {
    const { limit, before } = page
    if (before !== undefined && !(await chats.message(caller.tenant, id, before)))
      throw new Fault('NOT_FOUND', `This conversation has no message ${before.slice(0, 64)}.`)
    // One more than is shown says whether there are older ones.
    const found = await chats.messages(caller.tenant, id, limit && limit + 1, before)
    const more = limit !== undefined && found.length > limit
    const messages = (more ? found.slice(1) : found).map((message) => answers.current(message))
    return { messages, older: more ? (messages[0]?.id ?? null) : null }
  }

  async function answerOf(caller: Caller, id: string, messageId: string): Promise<ChatMessage> {
    const message = await chats.message(caller.tenant, id, messageId)
    if (message?.role === 'ASSISTANT') return answers.current(message)
    throw new Fault('NOT_FOUND', `This conversation has no answer ${messageId.slice(0, 64)}.`)
  }

  return {
    create: (caller, draft) => sessions.create(caller, draft),
    list: (caller, page) => sessions.list(caller, page),
    get: async (caller, id) => shown(await sessions.open(caller, id)),
    async update(caller, id, change) {
      const session = await sessions.update(caller, id, change)
      answers.share(id, session.shared)
      return session
    },
    async delete(caller, id) {
      await sessions.delete(caller, id)
      answers.cancel(id)
      await attachments.sweep()
    },
    async messages(caller, id, page) {
      await sessions.open(caller, id)
      return messagesOf(caller, id, page)
    },
    quota: (caller) => answers.quota(caller),
    send: (caller, id, draft) => answers.begin(caller, id, draft),
    async stopAnswer(caller, id, messageId) {
      await sessions.open(caller, id)
      const running = answers.of(id, messageId)
      if (!running) return answerOf(caller, id, messageId)
      running.answering.stop()
      return (await running.told).message
    },
    async follow(caller, id, messageId, after, signal) {
      const session = await sessions.open(caller, id)
      const answering = answers.of(id, messageId)?.answering
      if (answering) {
        const mayRead = () => answering.shared || session.user_id === caller.actor
        return { over: false, frames: framesFrom(answering, after, signal, mayRead) }
      }
      const message = await answerOf(caller, id, messageId)
      const packed = await chats.frames(caller.tenant, id, messageId)
      const told = packed === null ? replayOf(message) : unpackFrames(packed, message)
      return replayed(told.filter(({ seq }) => seq > after))
    },
    async attach(caller, id, draft) {
      await sessions.open(caller, id)
      return attachments.add(caller.tenant, id, draft)
    },
    async transcript(caller, id, format) {
      const session = shown(await sessions.open(caller, id))
      return transcriptOf(session, (await messagesOf(caller, id)).messages, format)
    },
    async start() {
      await failUnfinished(deps)
      endUpkeep = keepUp(deps, attachments)
    },
    async stop() {
      await answers.stop()
      await endUpkeep()
    },
  }
}

function replayed(left: readonly ChatFrame[]): Following {
  async function* frames(): AsyncGenerator<ChatFrame> {
    yield* left
  }
  return { over: left.length === 0, frames: frames() }
}
