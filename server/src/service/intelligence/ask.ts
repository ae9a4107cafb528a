import type { Answer, Intent } from '@aiops/contract/model/answer'
import type { Persona } from '@aiops/contract/model/persona'
import { type Clock, isoTime } from '../../kernel/clock.ts'
import type { Metrics } from '../../kernel/metric.ts'
import type { Random } from '../../kernel/random.ts'
import type { Caller, ClientOf } from '../../port/operation-client.ts'
import type { Draft, Situation } from './answer/answerer.ts'
import { askedBack } from './answer/asked-back.ts'
import { isUnwanted } from './answer/conversation/unwanted.ts'
import { followedBy } from './answer/followed-by.ts'
import { Investigation } from './answer/investigation.ts'
import { lookUp } from './answer/look-up.ts'
import { notChecked, noticesOf, readingOf, said, understandingOf } from './answer/saying.ts'
import type { Ask, AskEvent, AskRequest, PersonaOf } from './index.ts'
import type { ModelTurn, OpenModelTurn } from './model-turn.ts'
import type { Question } from './question/question.ts'
import type { ReadQuestion } from './question/read.ts'
import type { CallOptions, ToolBox } from './tool/tool-box.ts'

const suggestionsMax = 4
/** There is nothing that a model could say better, nor should it be asked. */
const isTalk: ReadonlySet<Intent> = new Set<Intent>(['GREETING', 'HELP', 'REFUSED'])

export type AskDeps = {
  clientOf: ClientOf
  toolBox: ToolBox
  read: ReadQuestion
  personaOf: PersonaOf
  openTurn: OpenModelTurn
  clock: Clock
  random: Random
  metrics: Metrics
}

/**
 * A question answered: read, planned, looked up and composed by rule, so that the same question over the same findings gives the same
 * answer; then, where there is a language model, written anew by it and verified.
 */
export function createAsk(deps: AskDeps): Ask {
  const seconds = deps.metrics.histogram(
    'aiops_answer_seconds',
    'How long answers took, by intent and engine.',
    ['intent', 'engine'],
    [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30],
  )
  return async (caller, request, { on = () => undefined, signal } = {}) => {
    const startMs = deps.clock.monotonic()
    const persona = await deps.personaOf(caller, request.personaId)
    const options = callOptions(persona, request, signal)
    const turn = deps.openTurn(caller, request, persona, options)
    const read = await deps.read(deps.clientOf(caller), caller, request)
    const question = await settled(read.question, turn, signal)
    signal?.throwIfAborted()
    const found = investigate(deps, caller, options, question, on)
    found.add(readingOf(question, read.names))
    const draft = await composed({ question, persona, nowMs: deps.clock.now() }, found, on)
    signal?.throwIfAborted()
    const answer = answerOf(deps, question, persona, draft, found)
    if (turn && !isTalk.has(question.intent)) await rewritten(answer, turn, found, on, signal)
    else on({ type: 'text', text: answer.text })
    for (const claim of answer.claims) on({ type: 'citation', cites: claim.cites, text: claim.text })
    const took = (deps.clock.monotonic() - startMs) / 1_000
    seconds.observe({ intent: question.intent, engine: answer.engine }, took)
    return { ...answer, seconds: Math.round(took * 10_000) / 10_000 }
  }
}

/** Where the words leave it open what is asked, a model may choose among the readings. */
async function settled(
  question: Question,
  turn: ModelTurn | undefined,
  signal: AbortSignal = new AbortController().signal,
): Promise<Question> {
  if (!turn || !question.isUnsure) return question
  const intent = await turn.intent(question, signal)
  return intent === undefined ? question : { ...question, intent, isUnsure: false }
}

function callOptions(persona: Persona, request: AskRequest, signal: AbortSignal | undefined): CallOptions {
  return {
    ...{ allowed: new Set(persona.capabilities), clusterIds: request.clusterContext },
    ...(signal ? { signal } : {}),
  }
}

function investigate(
  { toolBox }: AskDeps,
  caller: Caller,
  options: CallOptions,
  { intent, text }: Question,
  on: (event: AskEvent) => void,
): Investigation {
  // Only a person's own words make a proposal, never a text that was read on the way.
  const mayPropose = (intent === 'ACT' || intent === 'REPORT') && !isUnwanted(text)
  return new Investigation((tool, input) => toolBox.call(caller, tool, input, { ...options, mayPropose }), {
    begins: (id, { tool, input }) =>
      on({ type: 'tool_use', id, name: tool, arguments: input as Record<string, unknown> }),
    ended: (call) => on({ type: 'tool_result', call }),
    found: (evidence) => on({ type: 'evidence', evidence }),
  })
}

async function composed(
  situation: Situation,
  found: Investigation,
  on: (event: AskEvent) => void,
): Promise<Draft> {
  const asked = askedBack(situation.question, found.calls[0]!.id)
  if (asked) return asked
  const plan =
    ({ intent }: Question) =>
    (tools: readonly string[]) =>
      on({ type: 'plan', intent, tools })
  let draft = await lookUp(situation, found, plan(situation.question))
  for (const also of situation.question.also ?? []) {
    found.begin()
    draft = followedBy(draft, await lookUp({ ...situation, question: also }, found, plan(also)))
  }
  return draft
}

function answerOf(
  { clock, random }: AskDeps,
  question: Question,
  persona: Persona,
  draft: Draft,
  found: Investigation,
): Answer {
  const { claims, text } = said(draft, persona, found)
  return {
    ...{ id: random.uuid(clock.now()), question: question.text, outcome: draft.outcome },
    ...{ engine: 'deterministic', model: null, model_note: null, persona_id: persona.id },
    ...{ understanding: understandingOf(question, draft), text, claims },
    ...{ tables: draft.tables, charts: draft.charts },
    ...{ evidence: found.evidence, checked: found.calls },
    not_checked: notChecked(draft, found),
    ...{ choices: draft.choices, suggestions: draft.suggestions.slice(0, suggestionsMax) },
    ...{ proposal: draft.proposal ?? null, notices: noticesOf(question, found) },
    ...{ created_at: isoTime(clock.now()), seconds: 0, usage: null },
  }
}

/** The answer in a model's words, where they hold; its text streams as it is verified. */
async function rewritten(
  answer: Answer,
  turn: ModelTurn,
  found: Investigation,
  on: (event: AskEvent) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  const prose = await turn.write(answer, found, on, signal)
  Object.assign(answer, {
    ...{ text: prose.text, outcome: prose.outcome, claims: prose.claims },
    // What a model has answered after all is asked back no more.
    choices: prose.outcome === 'CLARIFY' ? answer.choices : [],
    ...{ engine: prose.engine, model: prose.model, model_note: prose.modelNote, usage: prose.usage },
  })
}
