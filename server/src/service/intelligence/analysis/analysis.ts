import type { Api } from '@aiops/contract/api/index'
import type { HandlerInput, OperationOutput } from '@aiops/contract/api/operation'
import type { Clock } from '../../../kernel/clock.ts'
import type { Caller, ClientOf } from '../../../port/operation-client.ts'
import type { Ask } from '../index.ts'
import { analyzeAnomaly } from './anomaly.ts'
import { analyzeRootCause, incidentOf } from './root-cause.ts'

type Body<K extends keyof Api> = HandlerInput<Api[K]> extends { body: infer B } ? B : never

/** Analyses on demand. Where a method is called LLM-assisted, rules detect and a model, where there is one, explains. */
export interface Analysis {
  anomaly(caller: Caller, asked: Body<'analyzeAnomaly'>): Promise<OperationOutput<Api['analyzeAnomaly']>>
  rootCause(
    caller: Caller,
    asked: Body<'analyzeRootCause'>,
  ): Promise<OperationOutput<Api['analyzeRootCause']>>
  explain(caller: Caller, asked: Body<'explain'>): Promise<OperationOutput<Api['explain']>>
}

export function createAnalysis(deps: { clientOf: ClientOf; ask: Ask; clock: Clock }): Analysis {
  const { clientOf, ask, clock } = deps
  const explained = async (caller: Caller, number: number, personaId: string) =>
    ask(caller, {
      ...{ question: `Why did INC-${number} happen?`, personaId, model: true },
      ...{ clusterContext: [], before: [] },
    })
  return {
    anomaly: (caller, asked) => analyzeAnomaly(clientOf(caller), asked, clock),
    async rootCause(caller, { trigger, time_window }) {
      const client = clientOf(caller)
      const analysis = await analyzeRootCause(client, trigger, time_window, clock)
      const { number } = await incidentOf(client, trigger)
      const answer = await explained(caller, number, 'default')
      return { ...analysis, explanation: answer.engine === 'deterministic' ? null : answer.text }
    },
    async explain(caller, { trigger, persona_id }) {
      const { number } = await incidentOf(clientOf(caller), trigger)
      const { text, claims, evidence, engine, model_note } = await explained(caller, number, persona_id)
      return { text, claims, evidence, engine, model_note }
    },
  }
}
