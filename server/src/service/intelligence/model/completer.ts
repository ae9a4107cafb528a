import type { ModelRequest } from '../../../port/language-model.ts'
import type { CompleteOptions, ModelReason, ModelRouter } from './router.ts'
import type { CompletedPart, CompleteModel, ModelAbility } from './turn/complete-model.ts'

/** No model answered; the message says why, in words for whoever asked. */
export class NoModelAnswered extends Error {
  override readonly name = 'NoModelAnswered'
  readonly reasons: readonly ModelReason[]
  constructor(note: string, reasons: readonly ModelReason[]) {
    super(note)
    this.reasons = reasons
  }
}

/** The router for one answer of one tenant. Throws NoModelAnswered once no model is left. */
export function completerOf(
  router: ModelRouter,
  tenant: string,
  answer: Pick<CompleteOptions, 'only' | 'without' | 'budget'> = {},
): CompleteModel {
  const budget = answer.budget ?? router.budget()
  return async function* complete(
    request: ModelRequest,
    { signal, onReset }: { signal: AbortSignal; onReset: (reason: string) => void },
  ): AsyncGenerator<CompletedPart> {
    let served = ''
    for await (const part of router.complete(tenant, request, { ...answer, budget, signal })) {
      switch (part.type) {
        case 'start':
          served = part.model.model
          yield { type: 'served', provider: part.model.name, model: served }
          break
        case 'reset':
          onReset(part.reason)
          break
        case 'none':
          throw new NoModelAnswered(part.note, part.reasons)
        case 'end': {
          const { reason, inputTokens, outputTokens, usage, model } = part
          // A server that was asked which model it has loaded has said so by now.
          if (model.model !== served) yield { type: 'served', provider: model.name, model: model.model }
          yield { type: 'end', reason, inputTokens, outputTokens }
          if (usage.cost_usd !== null) yield { type: 'cost', usd: usage.cost_usd }
          break
        }
        default:
          yield part
      }
    }
  }
}

/** What every model of the chain can do, so that one request fits whichever answers; undefined where none may be asked. */
export function abilityOf(
  router: ModelRouter,
  tenant: string,
  options: Pick<CompleteOptions, 'only' | 'without'> = {},
): ModelAbility | undefined {
  const chain = router.chain(tenant, options)
  if (chain.length === 0) return undefined
  return {
    windowTokens: Math.min(...chain.map(({ windowTokens }) => windowTokens)),
    callsTools: chain.every(({ callsTools }) => callsTools),
  }
}
