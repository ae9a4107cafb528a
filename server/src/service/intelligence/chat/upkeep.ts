import type { ChatMessage } from '@aiops/contract/model/chat'
import { messageOf } from '../../../kernel/fault.ts'
import type { Attachments } from './attachments.ts'
import type { ChatDeps } from './index.ts'

const everyMs = 60_000
/** Of each kind in one round; the rest goes with the next. */
const roundMax = 500
/** An expired conversation is still known as such so long. */
const rememberedMs = 7 * 86_400_000

const lostSentence =
  'The answer was cut off: the platform stopped while it was being written. Ask the question again.'

/** What was being written when nobody writes it any more. */
export const lost = (message: ChatMessage): ChatMessage => ({
  ...message,
  ...{ state: 'FAILED', content: lostSentence },
})

/** At the start, before anything is answered: what an earlier process left unfinished has failed. */
export async function failUnfinished({ records }: Pick<ChatDeps, 'records'>): Promise<void> {
  for (;;) {
    const unfinished = await records.chats.streaming(roundMax)
    for (const { tenant, message } of unfinished) await records.chats.saveMessage(tenant, lost(message), null)
    if (unfinished.length < roundMax) return
  }
}

/** Empties what expired and deletes what is due, once a minute. Returns what ends it. */
export function keepUp(deps: ChatDeps, attachments: Attachments): () => Promise<void> {
  const { records, clock, log } = deps
  let round: Promise<void> | undefined
  async function sweep(): Promise<void> {
    try {
      const nowMs = clock.now()
      await records.chats.emptyExpired(nowMs, roundMax)
      await records.chats.forgetExpired(nowMs - rememberedMs, roundMax)
      await attachments.sweep()
    } catch (error) {
      log.warn({ error: messageOf(error) }, 'conversations that have ended cannot be swept now')
    }
  }
  const cancel = clock.every(everyMs, () => {
    round ??= sweep().finally(() => {
      round = undefined
    })
  })
  return async () => {
    cancel()
    await round
  }
}
