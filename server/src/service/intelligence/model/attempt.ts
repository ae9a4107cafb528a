import { createHash } from 'node:crypto'
import type { ModelUsage } from '@aiops/contract/model/answer'
import type { Clock } from '../../../kernel/clock.ts'
import { messageOf } from '../../../kernel/fault.ts'
import { ModelFailure, type ModelPart, type ModelRequest } from '../../../port/language-model.ts'
import { type AnswerBudget, tokensOfChars } from './budget.ts'
import type { ModelMeters } from './meters.ts'
import { sha256 } from './response-cache.ts'
import type { ModelFacts, Slot } from './slot.ts'

/** What left this network, and what came back: by hash, so that it can be proved and not read. */
export type ModelAudit = {
  tenant: string
  provider: string
  model: string
  /** SHA-256 of the JSON of the request, and of all parts of the answer. */
  requestSha256: string
  responseSha256: string
  inputTokens: number | null
  outputTokens: number | null
  /** DONE, ABORTED, or the kind of failure. */
  outcome: string
  startedMs: number
  tookMs: number
}

export type AttemptDeps = {
  clock: Clock
  meters: ModelMeters
  audit?: ((record: ModelAudit) => Promise<void> | void) | undefined
}

export type End = Extract<ModelPart, { type: 'end' }>
export type Outcome =
  | { type: 'DONE'; end: End; parts: ModelPart[]; usage: ModelUsage }
  | { type: 'FAILED'; failure: ModelFailure; gave: boolean }
  /** The time for the answer ran out. */
  | { type: 'LATE'; gave: boolean }

type Ask = {
  tenant: string
  slot: Slot
  request: ModelRequest
  /** Bound of the prompt, for where the server does not count. */
  promptTokens: number
  budget: AnswerBudget
  signal: AbortSignal
  settle: (tokens: number, usd: number) => void
}

/** One model, asked once: gives its words and calls as they come, accounts for them, and returns how it went. Throws only what `signal` says. */
export async function* attempt(deps: AttemptDeps, ask: Ask): AsyncGenerator<Given, Outcome> {
  const { slot, signal, budget } = ask
  const [startedMs, startMs] = [deps.clock.now(), deps.clock.monotonic()]
  const late = new AbortController()
  const cancel = deps.clock.after(budget.leftMs, () => late.abort(new Error('late')))
  const run: Run = { parts: [], chars: 0, hash: createHash('sha256'), end: undefined, outcome: 'ABORTED' }
  slot.active += 1
  try {
    yield { type: 'start', model: slot.facts }
    for await (const part of slot.model.complete(ask.request, AbortSignal.any([signal, late.signal]))) {
      if (run.parts.length === 0 && part.type !== 'end')
        deps.meters.firstToken(slot.definition.name, (deps.clock.monotonic() - startMs) / 1_000)
      noteDown(run, part)
      if (part.type === 'end') break
      yield part
    }
    if (!run.end)
      throw new ModelFailure('BROKEN', `${slot.definition.name} stopped before the end of its answer.`)
    run.outcome = 'DONE'
    slot.succeeded()
    return { type: 'DONE', end: run.end, parts: run.parts, usage: usageOf(slot, run.end) }
  } catch (error) {
    signal.throwIfAborted()
    const gave = run.chars > 0
    if (late.signal.aborted) return { type: 'LATE', gave }
    const { name } = slot.definition
    const failure =
      error instanceof ModelFailure
        ? error
        : new ModelFailure('BROKEN', `${name}: ${messageOf(error)}`, { cause: error })
    run.outcome = failure.kind
    slot.failed(failure)
    return { type: 'FAILED', failure, gave }
  } finally {
    cancel()
    slot.active -= 1
    if (run.outcome === 'ABORTED') slot.breaker.abandoned()
    account(deps, ask, run, startedMs, deps.clock.monotonic() - startMs)
  }
}

export type Given = { type: 'start'; model: ModelFacts } | Exclude<ModelPart, End>

type Run = {
  parts: ModelPart[]
  chars: number
  hash: ReturnType<typeof createHash>
  end: End | undefined
  outcome: string
}

/** Pieces of text become one in what is kept. */
function noteDown(run: Run, part: ModelPart): void {
  const last = run.parts.at(-1)
  run.hash.update(JSON.stringify(part))
  if (part.type === 'end') run.end = part
  else run.chars += part.type === 'text' ? part.text.length : part.call.raw.length + part.call.name.length
  if (part.type === 'text' && last?.type === 'text') last.text += part.text
  else run.parts.push({ ...part })
}

const usageOf = (slot: Slot, { inputTokens, outputTokens }: End): ModelUsage => ({
  provider: slot.definition.name,
  model: slot.model.model,
  input_tokens: inputTokens ?? 0,
  output_tokens: outputTokens ?? 0,
  cost_usd: inputTokens === null || outputTokens === null ? null : costOf(slot, inputTokens, outputTokens),
  calls: 1,
})

/** What is counted is what the server said; budgets are charged with the bound where it said nothing. */
function account(deps: AttemptDeps, ask: Ask, run: Run, startedMs: number, tookMs: number): void {
  const { slot, tenant, budget } = ask
  const { name } = slot.definition
  const { inputTokens = null, outputTokens = null } = run.end ?? {}
  // A request that was never taken cost nothing.
  const taken = run.end !== undefined || run.chars > 0 || run.outcome === 'ABORTED'
  const input = inputTokens ?? (taken ? ask.promptTokens : 0)
  const output = outputTokens ?? tokensOfChars(run.chars)
  const usage = run.end ? usageOf(slot, run.end) : undefined
  ask.settle(input + output, costOf(slot, input, output) ?? 0)
  budget.spend(input + output, usage)
  const failed = run.outcome !== 'DONE' && run.outcome !== 'ABORTED'
  slot.count(tenant, deps.clock.now(), {
    failed,
    ...{ inputTokens: inputTokens ?? 0, outputTokens: outputTokens ?? 0, costUsd: usage?.cost_usd ?? null },
  })
  deps.meters.ended(name, run.outcome, inputTokens ?? 0, outputTokens ?? 0, usage?.cost_usd ?? 0)
  if (slot.definition.local || !deps.audit) return
  const record: ModelAudit = {
    ...{ tenant, provider: name, model: slot.model.model, inputTokens, outputTokens },
    requestSha256: sha256(ask.request),
    responseSha256: run.hash.digest('hex'),
    ...{ outcome: run.outcome, startedMs, tookMs: Math.round(tookMs) },
  }
  const { audit } = deps
  void (async () => audit(record))().catch(() => deps.meters.unaudited(name))
}

function costOf(slot: Slot, inputTokens: number, outputTokens: number): number | null {
  const { price } = slot.definition
  return price ? (inputTokens * price.inputUsd + outputTokens * price.outputUsd) / 1e6 : null
}
