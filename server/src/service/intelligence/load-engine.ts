import type { Clock } from '../../kernel/clock.ts'
import { Turn } from '../../kernel/turn.ts'
import type * as Engine from './engine.ts'

/**
 * The engine's code takes a fifth of a second of CPU to load, during which a sender must not wait. So it comes in pieces, each a few
 * modules beyond those before it, what is imported before what imports it, and between two of them the event loop comes round.
 */
export async function loadEngine(clock: Clock): Promise<typeof Engine> {
  const turn = new Turn(clock)
  for (const load of pieces) {
    await load()
    await turn.give()
  }
  return import('./engine.ts')
}

/** In this order. test/shape/start.test.ts holds each to its size, and says where one has grown too large. */
const pieces: readonly (() => Promise<unknown>)[] = [
  () => import('./analysis/analysis.ts'),
  () => import('./answer/subject.ts'),
  () => import('./catalogue/families-of.ts'),
  () => import('./answer/cause/reading.ts'),
  () => import('./answer/cause.ts'),
  () => import('./answer/hardware.ts'),
  () => import('./answer/inside.ts'),
  () => import('./tool/log/query-logs.ts'),
  () => import('./answer/metric/value.ts'),
  () => import('./answer/alert.ts'),
  () => import('./answer/conversation.ts'),
  () => import('./answer/incident.ts'),
  () => import('./answer/log.ts'),
  () => import('./answer/metric.ts'),
  () => import('./answer/cost.ts'),
  () => import('./answer/deployment.ts'),
  () => import('./answer/index.ts'),
  () => import('./ask.ts'),
  () => import('./model/turn/pack/pack.ts'),
  () => import('./model/turn/verify/name-check.ts'),
  () => import('./model/turn/verify/verify.ts'),
  () => import('./model/turn/conversation.ts'),
  () => import('./tool/kubernetes.ts'),
  () => import('./tool/metric.ts'),
  () => import('./tool/alert.ts'),
  () => import('./tool/cluster.ts'),
  () => import('./tool/cnf.ts'),
  () => import('./tool/cost.ts'),
  () => import('./tool/deployment.ts'),
  () => import('./tool/slo.ts'),
  () => import('./tool/knowledge.ts'),
  () => import('./tool/index.ts'),
  () => import('./question/choose-entity.ts'),
  () => import('./question/intent.ts'),
  () => import('./question/action-request.ts'),
  () => import('./question/follow-up.ts'),
  () => import('./question/read-words.ts'),
  () => import('./question/read-question.ts'),
  () => import('./model-turn.ts'),
]
