/** How each intent is answered. */
import type { Intent } from '@aiops/contract/model/answer'
import { alertAnswerers } from './alert.ts'
import type { Answerer } from './answerer.ts'
import { causeAnswerers } from './cause.ts'
import { conversationAnswerers } from './conversation.ts'
import { costAnswerers } from './cost.ts'
import { deploymentAnswerers } from './deployment.ts'
import { hardwareAnswerers } from './hardware.ts'
import { incidentAnswerers } from './incident.ts'
import { insideAnswerers } from './inside.ts'
import { logAnswerers } from './log.ts'
import { metricAnswerers } from './metric.ts'
import { surroundingAnswerers } from './surrounding.ts'
import { traceAnswerers } from './trace.ts'

export const answerers: ReadonlyMap<Intent, Answerer> = new Map(
  [
    ...incidentAnswerers,
    ...causeAnswerers,
    ...alertAnswerers,
    ...surroundingAnswerers,
    ...metricAnswerers,
    ...logAnswerers,
    ...traceAnswerers,
    ...insideAnswerers,
    ...hardwareAnswerers,
    ...costAnswerers,
    ...deploymentAnswerers,
    ...conversationAnswerers,
  ].map((answerer) => [answerer.intent, answerer]),
)
