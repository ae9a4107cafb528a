import { alert } from './alert.ts'
import { analysis } from './analysis.ts'
import { anomaly } from './anomaly.ts'
import { ask } from './ask.ts'
import { backup } from './backup.ts'
import { change } from './change.ts'
import { chat } from './chat.ts'
import { cluster } from './cluster.ts'
import { cnf } from './cnf.ts'
import { finding } from './finding.ts'
import { gpu } from './gpu.ts'
import { incident } from './incident.ts'
import { kubernetes } from './kubernetes.ts'
import type { Operation } from './operation.ts'
import { persona } from './persona.ts'
import { query } from './query.ts'
import { report } from './report.ts'
import { runbook } from './runbook.ts'
import { silence } from './silence.ts'
import { system } from './system.ts'
import { telemetry } from './telemetry.ts'
import { topology } from './topology.ts'
import { trace } from './trace.ts'

/** Every operation of the API by its id. */
export const api = {
  ...system,
  ...incident,
  ...anomaly,
  ...alert,
  ...silence,
  ...telemetry,
  ...query,
  ...trace,
  ...runbook,
  ...topology,
  ...change,
  ...backup,
  ...cluster,
  ...kubernetes,
  ...finding,
  ...gpu,
  ...cnf,
  ...ask,
  ...persona,
  ...chat,
  ...analysis,
  ...report,
} as const satisfies Record<string, Operation>
export type Api = typeof api
export type OperationId = keyof Api
