import type { Intelligence } from '../../../service/intelligence/index.ts'
import type { Handler } from '../handler-deps.ts'

/** Questions in plain words. */
export function askHandlers({ ask, models }: Pick<Intelligence, 'ask' | 'models'>): {
  [K in 'ask' | 'listModels']: Handler<K>
} {
  return {
    ask: ({ body }, caller) =>
      ask(caller, {
        ...{ question: body.question, personaId: body.persona_id, model: body.model },
        ...{ clusterContext: body.cluster_context, before: body.before },
      }),
    listModels: async (_input, caller) => models(caller),
  }
}
