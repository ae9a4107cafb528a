import type { ErrorCode } from '@aiops/contract/error'
import type { Answer } from '@aiops/contract/model/answer'
import type { ChatEvent, ChatFrame, ChatMessage } from '@aiops/contract/model/chat'

/** Longer ones are not stored: the message itself is then told in one piece. */
const storedCharactersMax = 262_144

/** Frames that stand for those that are not stored come after any that were told: seconds of an answer never make as many. */
const replaySeq = 1_000_000

/**
 * How frames are stored beside their message: pieces of text as one text and their lengths, evidence by its ids and the answer not at all,
 * where they are in the message. Loses nothing.
 */
type Packed =
  | { seq: number; text: string; lengths: number[] }
  | { seq: number; evidence: string[] }
  | { seq: number; whole: ChatEvent }
  | { seq: number; event: ChatEvent }

/** Null where it would be too long. */
export function packFrames(frames: readonly ChatFrame[], answer: Answer | null): string | null {
  const known = new Map(answer?.evidence.map((record) => [record.id, JSON.stringify(record)]))
  const packed: Packed[] = []
  let run: { seq: number; text: string; lengths: number[] } | undefined
  for (const { seq, event } of frames) {
    if (event.type === 'content_delta') {
      if (run && run.seq + run.lengths.length === seq) {
        run.text += event.delta
        run.lengths.push(event.delta.length)
      } else {
        run = { seq, text: event.delta, lengths: [event.delta.length] }
        packed.push(run)
      }
    } else if (
      event.type === 'evidence' &&
      event.evidence.every((r) => known.get(r.id) === JSON.stringify(r))
    )
      packed.push({ seq, evidence: event.evidence.map(({ id }) => id) })
    else if (event.type === 'message_complete' && event.answer !== null && event.answer === answer)
      packed.push({ seq, whole: { ...event, answer: null } })
    else packed.push({ seq, event })
  }
  const text = JSON.stringify(packed)
  return text.length > storedCharactersMax ? null : text
}

export function unpackFrames(text: string, message: ChatMessage): ChatFrame[] {
  const known = new Map(message.answer?.evidence.map((record) => [record.id, record]))
  const frames: ChatFrame[] = []
  const put = (seq: number, event: ChatEvent): void =>
    void frames.push({ seq, message_id: message.id, event })
  for (const one of JSON.parse(text) as Packed[]) {
    if ('lengths' in one) {
      let at = 0
      for (const [index, length] of one.lengths.entries()) {
        put(one.seq + index, { type: 'content_delta', delta: one.text.slice(at, at + length) })
        at += length
      }
    } else if ('evidence' in one)
      put(one.seq, {
        type: 'evidence',
        evidence: one.evidence.map((id) => known.get(id)).filter((record) => record !== undefined),
      })
    else if ('whole' in one) put(one.seq, { ...one.whole, answer: message.answer } as ChatEvent)
    else put(one.seq, one.event)
  }
  return frames
}

/** An answer of which nothing but the message is kept, told in one piece; a reader that knows a part of it begins anew. */
export function replayOf(message: ChatMessage): ChatFrame[] {
  const { id, content, answer, state, tokens_used, latency_ms } = message
  const frame = (seq: number, event: ChatEvent): ChatFrame => ({ seq, message_id: id, event })
  const lost: ErrorCode = 'NOT_READY'
  return [
    frame(1, { type: 'message_start', id, role: 'ASSISTANT' }),
    frame(replaySeq, { type: 'reset', reason: 'The answer in one piece.' }),
    ...(content === '' ? [] : [frame(replaySeq + 1, { type: 'content_delta', delta: content })]),
    frame(
      replaySeq + 2,
      state === 'FAILED'
        ? { type: 'error', code: lost, message: content }
        : { type: 'message_complete', tokens_used, latency_ms, answer },
    ),
  ]
}
