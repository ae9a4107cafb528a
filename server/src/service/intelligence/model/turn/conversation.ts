import type { EvidenceRecord, ToolCallRecord } from '@aiops/contract/model/answer'
import type { ModelMessage, ModelPart, ModelRequest, ModelToolCall } from '../../../../port/language-model.ts'
import type { Bundle } from './bundle.ts'
import { type Looked, LookUp, type LookUps, toolTokens } from './look-up.ts'
import { pack } from './pack/pack.ts'
import { cutToTokens, safeTokens } from './pack/token-estimate.ts'
import { neutral } from './prompt/neutral.ts'
import { promptOf, promptTokens, promptTokensMin } from './prompt/prompt.ts'
import { sealed, sealedBundle } from './prompt/sealed.ts'
import type { ProseDeps, ProseEvent, ProseRequest } from './prose.ts'
import { ProseReader } from './prose-reader.ts'
import { Spending } from './spending.ts'
import type { Statement } from './verify/statement.ts'
import type { Violation } from './verify/verify.ts'

export type ConversationEnd = { held: true; text: string } | { held: false; note: string }

/** Calls of tools that are looked at in one step, refused ones included. */
const callsReadMax = 16
/** Share of a prompt that is kept for results, where a model may look further. */
const resultsShare = 0.5
/** Tokens that naming violations may take. */
const correctionTokens = 260

type Reply = {
  calls: ModelToolCall[]
  reader: ProseReader
  reason: Extract<ModelPart, { type: 'end' }>['reason']
}

/** The requests of one answer to a model: looks, then prose, then at most a few corrections. */
export class Conversation {
  readonly evidence: EvidenceRecord[] = []
  readonly calls: ToolCallRecord[] = []
  readonly spending: Spending
  statements: readonly Statement[] = []
  /** Somebody has read something that may have to be taken back. */
  hasShown = false
  readonly #request: ProseRequest
  readonly #deps: ProseDeps
  readonly #on: (event: ProseEvent) => void
  readonly #nonce: string
  readonly #budget: number
  readonly #lookUp: LookUp | undefined
  #messages: ModelMessage[] = []

  constructor(
    request: ProseRequest,
    lookUps: LookUps | undefined,
    deps: ProseDeps,
    on: (event: ProseEvent) => void,
  ) {
    const { config, estimate, random } = deps
    this.#request = request
    this.#deps = deps
    this.#on = on
    this.#nonce = Buffer.from(random.bytes(6)).toString('hex')
    this.#budget = Math.min(
      config.prompt_tokens_max,
      estimate.promptMax(request.ability.windowTokens, config.answer_tokens_max),
    )
    this.spending = new Spending(estimate, config.turn_tokens_max)
    const limits = { callsMax: config.calls_max, callsPerStepMax: config.calls_per_step_max }
    const lookUp = lookUps
      ? new LookUp(lookUps, request.persona.capabilities, {
          ...limits,
          tokensMax: Math.floor(this.#budget * 0.3),
        })
      : undefined
    this.#lookUp = lookUp && lookUp.offered.length > 0 ? lookUp : undefined
  }

  async run(signal: AbortSignal): Promise<ConversationEnd> {
    const { config } = this.#deps
    if (!this.#begin())
      return { held: false, note: 'The window of the language model is too small for this answer.' }
    const stepsMax = this.#lookUp ? config.steps_max : 1
    for (let step = 1, attempt = 0; ; step += 1) {
      const mayLook = this.#lookUp !== undefined && step < stepsMax && attempt === 0 && !this.#lookUp.isSpent
      const reply = await this.#ask(mayLook, signal)
      if (!reply) return { held: false, note: 'The budget of tokens for this answer is spent.' }
      if (mayLook && reply.calls.length > 0) {
        this.#takeBack('the model looks further')
        await this.#look(reply.calls, signal)
        continue
      }
      const violations = this.#heldAgainst(reply)
      if (violations.length === 0) {
        this.statements = reply.reader.statements
        return { held: true, text: reply.reader.text }
      }
      attempt += 1
      if (attempt > config.retries) return { held: false, note: noteOn(violations) }
      this.#takeBack('the text did not hold against the evidence')
      this.#messages.push({ role: 'user', text: correction(violations) })
    }
  }

  /** False where not even a small prompt fits. */
  #begin(): boolean {
    const { bundle, persona, history, attachments } = this.#request
    const tools = this.#lookUp ? this.#lookUp.offered.reduce((sum, tool) => sum + toolTokens(tool), 0) : 0
    const free = this.#budget - tools - correctionTokens
    const budget = this.#lookUp ? Math.max(promptTokensMin, Math.floor(free * resultsShare)) : free
    if (budget < promptTokensMin || free < promptTokensMin) return false
    const { messages } = promptOf({
      ...{ bundle: sealedBundle(bundle), persona, history, attachments },
      ...{ nonce: this.#nonce, budget, mayLook: this.#lookUp !== undefined },
    })
    this.#messages = messages
    return true
  }

  /** One request, read to its end; undefined where there are no tokens left for it. */
  async #ask(mayLook: boolean, signal: AbortSignal): Promise<Reply | undefined> {
    const { config, complete } = this.#deps
    const tools = mayLook && this.#lookUp ? this.#lookUp.offered : []
    const toolsTokens = tools.reduce((sum, tool) => sum + toolTokens(tool), 0)
    const messages = this.#fitting(sealed(this.#messages), this.#budget - toolsTokens)
    const estimated = promptTokens(messages) + toolsTokens
    if (!this.spending.mayAsk(estimated, config.answer_tokens_max)) return undefined
    const request: ModelRequest = {
      ...{ messages, tools, toolChoice: tools.length > 0 ? 'auto' : 'none' },
      ...{ temperature: config.temperature, maxTokens: config.answer_tokens_max },
    }
    this.spending.began(estimated)
    let reply = this.#emptyReply()
    let written = 0
    const onReset = (reason: string): void => {
      this.#takeBack(reason)
      reply = this.#emptyReply()
    }
    for await (const part of complete(request, { signal, onReset })) {
      signal.throwIfAborted()
      if (part.type === 'served') {
        const isNews = written === 0 || part.provider !== this.spending.provider
        this.spending.served(part.provider, part.model)
        if (isNews) this.#on({ type: 'status', text: `${part.provider} is writing` })
      } else if (part.type === 'cost') this.spending.cost(part.usd)
      else if (part.type === 'text') {
        written += safeTokens(part.text)
        this.#show(reply.reader.add(part.text))
      } else if (part.type === 'tool_call') {
        if (reply.calls.length < callsReadMax) reply.calls.push(bounded(part.call))
      } else {
        reply.reason = part.reason
        this.spending.ended(estimated, part.inputTokens, part.outputTokens, written)
      }
      if (reply.reader.isHopeless) break
    }
    if (!mayLook || reply.calls.length === 0) this.#show(reply.reader.end())
    return reply
  }

  #emptyReply(): Reply {
    const reader = new ProseReader(this.#bundle(), {
      charactersMax: this.#deps.config.answer_characters_max,
      secretWords: [this.#nonce],
    })
    return { calls: [], reader, reason: 'OTHER' }
  }

  /** The base's findings, and what was found since. */
  #bundle(): Bundle {
    const { bundle } = this.#request
    return {
      ...bundle,
      evidence: [...bundle.evidence, ...this.evidence],
      calls: [...bundle.calls, ...this.calls],
    }
  }

  #heldAgainst({ reader, reason }: Reply): Violation[] {
    if (reason === 'CUT' || reason === 'FILTERED')
      return [
        ...reader.violations,
        {
          kind: 'LENGTH',
          text: '',
          sentence: reason === 'CUT' ? 'the answer was cut: write less' : 'the answer was withheld',
        },
      ]
    if (reader.violations.length > 0 || this.#request.bundle.outcome === 'ANSWERED') return reader.violations
    const found = new Set([
      ...this.evidence.map(({ id }) => id),
      ...this.calls.filter(({ records }) => records > 0).map(({ id }) => id),
    ])
    if (reader.statements.some(({ cites }) => cites.some((id) => found.has(id)))) return []
    return [{ kind: 'CITATION', text: '', sentence: 'nothing that was found answers the question' }]
  }

  #show(text: string): void {
    if (text === '') return
    this.hasShown = true
    this.#on({ type: 'text', text })
  }

  #takeBack(reason: string): void {
    if (this.hasShown) this.#on({ type: 'reset', reason })
    this.hasShown = false
  }

  async #look(calls: readonly ModelToolCall[], signal: AbortSignal): Promise<void> {
    const looked = await this.#lookUp!.run(calls, signal, (call, input) =>
      this.#on({ type: 'tool_use', id: call.id, name: call.name, arguments: input }),
    )
    this.#messages.push({ role: 'assistant', text: '', toolCalls: calls })
    for (const one of looked) {
      const { id, name } = one.call
      this.#messages.push({ role: 'tool', toolCallId: id, name, ...this.#result(one) })
      if ('refused' in one) continue
      this.calls.push(one.outcome.call)
      this.evidence.push(...one.outcome.records)
      this.#on({ type: 'tool_result', call: one.outcome.call })
      if (one.outcome.records.length > 0) this.#on({ type: 'evidence', evidence: one.outcome.records })
    }
  }

  /** As records only, between marks, in its share of the prompt: what does not fit is to be asked for more narrowly. */
  #result(looked: Looked): { text: string; failed: boolean } {
    if ('refused' in looked) return { text: looked.refused, failed: true }
    const { call, records } = looked.outcome
    const bundle = {
      ...this.#request.bundle,
      claims: [],
      evidence: records,
      calls: [call],
      notChecked: [],
      choices: [],
    }
    const packed = pack(sealedBundle(bundle), {
      budget: Math.max(120, Math.floor(this.#budget * this.#deps.config.result_share) - 60),
      weights: this.#request.persona.evidence_weights,
    })
    const narrow =
      packed.left > 0 ? '\nAsk more narrowly (fewer clusters, a limit, a shorter time) to see the rest.' : ''
    const failed = call.status === 'FAILED' || call.status === 'DENIED' || call.status === 'TIMEOUT'
    return { text: `‹evidence ${this.#nonce}›\n${packed.text}${narrow}\n‹/evidence ${this.#nonce}›`, failed }
  }

  /** Results of earlier looks go first when the window is full. */
  #fitting(messages: ModelMessage[], budget: number): ModelMessage[] {
    const fitting = [...messages]
    for (let at = 0; at < fitting.length && promptTokens(fitting) > budget; at += 1) {
      const message = fitting[at]!
      if (message.role === 'tool' && at < fitting.length - 1)
        fitting[at] = { ...message, text: 'Left out for lack of room.' }
    }
    const over = promptTokens(fitting) - budget
    const last = fitting.at(-1)
    if (over > 0 && last?.role === 'tool')
      fitting[fitting.length - 1] = { ...last, text: 'Too large: ask more narrowly.' }
    return fitting
  }
}

/** A call of sensible length; what is longer was no call that can be made. */
const bounded = (call: ModelToolCall): ModelToolCall => ({
  ...{ id: call.id.slice(0, 64), name: call.name.slice(0, 64) },
  ...(call.raw.length > rawMax ? { input: undefined, raw: '{}' } : { input: call.input, raw: call.raw }),
})
const rawMax = 4_000

const correction = (violations: readonly Violation[]): string =>
  cutToTokens(
    `That did not hold against the evidence:\n${violations
      .slice(0, 8)
      .map(({ sentence }) => `- ${neutral(sentence)}`)
      .join('\n')}\nWrite the whole answer again without it.`,
    correctionTokens - 20,
  )

const noteOn = (violations: readonly Violation[]): string =>
  `The text of the language model did not hold against the evidence (${violations[0]?.sentence ?? 'it was empty'}), so the answer is told by rule.`
