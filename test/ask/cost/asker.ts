import { permissions } from '@aiops/contract/api/operation'
import type { Client } from '@aiops/contract/client'
import type { Answer, Understanding } from '@aiops/contract/model/answer'
import { ManualClock } from '../../../server/src/kernel/clock.ts'
import { createMetrics } from '../../../server/src/kernel/metric.ts'
import { seededRandom } from '../../../server/src/kernel/random.ts'
import type { Caller } from '../../../server/src/port/operation-client.ts'
import { createAsk } from '../../../server/src/service/intelligence/ask.ts'
import { builtinPersonas } from '../../../server/src/service/intelligence/persona/index.ts'
import { createKnownThings } from '../../../server/src/service/intelligence/question/known-things.ts'
import { createReader } from '../../../server/src/service/intelligence/question/reader.ts'
import { createToolBox } from '../../../server/src/service/intelligence/tool/tool-box.ts'
import { costNowMs } from './fact.ts'

export const anna: Caller = { actor: 'anna', tenant: 'default', permissions }

/** A client of this world alone: an operation that is not in it fails. */
export const clientOfWorld = (world: Partial<Client>): Client =>
  new Proxy(world, {
    get: (target, name) =>
      Reflect.get(target, name) ?? (() => Promise.reject(new Error(`There is no ${String(name)}.`))),
  }) as Client

/** Whoever answers from this world, and nothing else: an operation that is not in it fails. */
export function askerOf(world: Partial<Client>) {
  const client = clientOfWorld(world)
  const clock = new ManualClock(costNowMs)
  const deps = { clientOf: () => client, clock, metrics: createMetrics() }
  const ask = createAsk({
    ...deps,
    toolBox: createToolBox(deps),
    read: createReader({ known: createKnownThings(deps), clock }, { kept: '2h' }),
    personaOf: async () => builtinPersonas[0]!,
    openTurn: () => undefined,
    random: seededRandom(1),
  })
  return async (texts: readonly string[], caller = anna): Promise<Answer> => {
    const before: Understanding[] = []
    let answer: Answer | undefined
    for (const question of texts) {
      answer = await ask(caller, {
        ...{ question, personaId: 'default', clusterContext: [], before: [...before], model: false },
      })
      before.push(answer.understanding)
    }
    return answer!
  }
}
