import type { Claim, ModelUsage } from '@aiops/contract/model/answer'
import { messageOf } from '../../../../kernel/fault.ts'
import { redact } from '../../../../kernel/redaction.ts'
import { ModelFailure } from '../../../../port/language-model.ts'
import { Conversation } from './conversation.ts'
import type { Prose, ProseDeps, ProseEvent, ProseRequest } from './prose.ts'

/**
 * Lets a model write the answer anew, and look further where the answer asks for it; what does not hold against the evidence is written once
 * more, and else the base answer stands with a note. Order of events: `text` comes statement by statement, each verified; `reset` takes back
 * what was shown; the last texts make up the answer. Bound: steps, calls, tokens and time of the configuration. Throws nothing but the
 * signal's reason: no failure of a model is an error to who asks.
 */
export async function writeProse(
  request: ProseRequest,
  deps: ProseDeps,
  { on = () => undefined, signal }: { on?: (event: ProseEvent) => void; signal?: AbortSignal } = {},
): Promise<Prose> {
  signal?.throwIfAborted()
  const { bundle, persona, ability, lookUps } = request
  const mayLook =
    lookUps !== undefined &&
    ability.callsTools &&
    (bundle.outcome === 'UNANSWERABLE' ||
      bundle.outcome === 'CLARIFY' ||
      (bundle.outcome === 'ANSWERED' && persona.depth === 'DEEP'))
  // There is nothing to write anew of what was not answered, and a proposal is said exactly.
  if (!mayLook && bundle.outcome !== 'ANSWERED') {
    on({ type: 'text', text: request.text })
    return base(request, null, null)
  }
  const ending = new AbortController()
  const cancel = deps.clock.after(deps.config.turn_seconds * 1_000, () =>
    ending.abort(new Error('time is up')),
  )
  const within = signal ? AbortSignal.any([signal, ending.signal]) : ending.signal
  const conversation = new Conversation(request, mayLook ? lookUps : undefined, deps, on)
  let note: string
  try {
    const end = await conversation.run(within)
    if (end.held) return prose(request, conversation, end.text)
    note = end.note
  } catch (error) {
    signal?.throwIfAborted()
    note = ending.signal.aborted ? 'The language model took too long.' : noteOf(error)
  } finally {
    cancel()
  }
  signal?.throwIfAborted()
  if (conversation.hasShown) on({ type: 'reset', reason: note })
  on({ type: 'text', text: request.text })
  return {
    ...base(request, note, conversation.spending.usage),
    evidence: conversation.evidence,
    calls: conversation.calls,
  }
}

const base = ({ bundle, text }: ProseRequest, modelNote: string | null, usage: ModelUsage | null): Prose => ({
  ...{ text, outcome: bundle.outcome, claims: [...bundle.claims], evidence: [], calls: [] },
  ...{ engine: 'deterministic', model: null, modelNote, usage },
})

function prose({ bundle }: ProseRequest, conversation: Conversation, text: string): Prose {
  const found = new Set([...conversation.evidence, ...conversation.calls].map(({ id }) => id))
  const isNew = bundle.outcome !== 'ANSWERED'
  const said = conversation.statements
    .filter(({ cites }) => cites.some((id) => found.has(id)))
    .map(
      ({ text: words, cites }, at): Claim => ({
        text: words.replace(/^[-*\s]+/, ''),
        cites: [...cites],
        role: isNew && at === 0 ? 'HEADLINE' : 'FACT',
      }),
    )
  const { provider, model, usage } = conversation.spending
  return {
    ...{
      text: text.trim(),
      outcome: 'ANSWERED' as const,
      claims: isNew ? said : [...bundle.claims, ...said],
    },
    ...{ evidence: conversation.evidence, calls: conversation.calls },
    ...{ engine: provider ?? 'model', model: model ?? null, modelNote: null, usage },
  }
}

function noteOf(error: unknown): string {
  // The router says in its own words why none answered.
  if (error instanceof Error && error.name === 'NoModelAnswered')
    return redact(error.message).text.slice(0, 300)
  if (!(error instanceof ModelFailure))
    return `No language model could be asked: ${redact(messageOf(error)).text.slice(0, 200)}`
  const why: Readonly<Record<ModelFailure['kind'], string>> = {
    CONNECT: 'cannot be reached',
    RATE_LIMITED: 'has too many requests',
    SERVER: 'failed',
    REFUSED: 'refused the request',
    BROKEN: 'broke off its answer',
    TIMEOUT: 'did not answer in time',
  }
  return `The language model ${why[error.kind]}.`
}
