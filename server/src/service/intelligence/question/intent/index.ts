import { alertIntents } from './alert.ts'
import { aroundIntents } from './around.ts'
import { causeIntents } from './cause.ts'
import { deviceIntents } from './device.ts'
import { fleetIntents } from './fleet.ts'
import type { IntentEntry } from './intent-entry.ts'
import { measureIntents } from './measure.ts'
import { moneyIntents } from './money.ts'
import { outlookIntents } from './outlook.ts'
import { podTroubleIntents } from './pod-trouble.ts'
import { stateIntents } from './state.ts'
import { telemetryIntents } from './telemetry.ts'

/** Every intent that is read by patterns. ACT and REFUSED are read by `action-request.ts` and `refused.ts`. */
export const intentTable: readonly IntentEntry[] = [
  ...stateIntents,
  ...alertIntents,
  ...causeIntents,
  ...aroundIntents,
  ...telemetryIntents,
  ...measureIntents,
  ...outlookIntents,
  ...moneyIntents,
  ...fleetIntents,
  ...podTroubleIntents,
  ...deviceIntents,
]
