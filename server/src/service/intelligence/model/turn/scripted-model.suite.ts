/** For tests: a model that does what a script says, whatever it is asked, and keeps what it was asked. */
import type { ModelRequest, ModelToolCall } from '../../../../port/language-model.ts'
import type { CompletedPart, CompleteModel } from './complete-model.ts'

export type Act =
  | string
  | { calls: readonly { name: string; input?: Record<string, unknown>; raw?: string }[]; text?: string }
  | { throws: Error; after?: string }
  | { text: string; reason: 'CUT' | 'FILTERED' }
  | { resetAfter: string; next: string }
  | { parts: readonly CompletedPart[] }
  | ((request: ModelRequest) => Act)

/** The last act goes on for ever. Text comes in pieces of seven characters. */
export function scriptedModel(...acts: Act[]): { complete: CompleteModel; requests: ModelRequest[] } {
  const requests: ModelRequest[] = []
  let at = 0
  async function* complete(
    request: ModelRequest,
    { signal, onReset }: Parameters<CompleteModel>[1],
  ): AsyncIterable<CompletedPart> {
    requests.push(structuredClone(request))
    let act = acts[Math.min(at, acts.length - 1)]!
    at += 1
    while (typeof act === 'function') act = act(request)
    yield { type: 'served', provider: 'scripted', model: 'worst-case' }
    if (typeof act === 'string') yield* pieces(act)
    else if ('parts' in act) yield* act.parts
    else if ('throws' in act) {
      if (act.after) yield* pieces(act.after)
      throw act.throws
    } else if ('resetAfter' in act) {
      yield* pieces(act.resetAfter)
      onReset('another model goes on')
      yield { type: 'served', provider: 'second', model: 'other' }
      yield* pieces(act.next)
    } else if ('calls' in act) {
      if (act.text) yield* pieces(act.text)
      for (const [index, call] of act.calls.entries())
        yield { type: 'tool_call', call: callOf(call, `t${requests.length}-${index}`) }
    } else yield* pieces(act.text)
    signal.throwIfAborted()
    const reason = typeof act === 'object' && 'reason' in act ? act.reason : 'STOP'
    yield { type: 'end', reason, inputTokens: 900, outputTokens: 60 }
  }
  return { complete, requests }
}

const callOf = (
  { name, input, raw }: { name: string; input?: Record<string, unknown>; raw?: string },
  id: string,
): ModelToolCall => ({
  ...{ id, name, input: raw === undefined ? (input ?? {}) : undefined },
  raw: raw ?? JSON.stringify(input ?? {}),
})

function* pieces(text: string): Iterable<CompletedPart> {
  for (let at = 0; at < text.length; at += 7) yield { type: 'text', text: text.slice(at, at + 7) }
}
