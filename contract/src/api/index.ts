import { alert } from './alert.ts'
import { alertDeed } from './alert-deed.ts'
import { alertPreset } from './alert-preset.ts'
import { alertSearch } from './alert-search.ts'
import { analysis } from './analysis.ts'
import { anomaly } from './anomaly.ts'
import { ask } from './ask.ts'
import { audit } from './audit.ts'
import { backup } from './backup.ts'
import { budget } from './budget.ts'
import { change } from './change.ts'
import { chat } from './chat.ts'
import { cluster } from './cluster.ts'
import { cnf } from './cnf.ts'
import { correlationLesson } from './correlation-lesson.ts'
import { correlationRule } from './correlation-rule.ts'
import { cost } from './cost.ts'
import { decision } from './decision.ts'
import { deployment } from './deployment.ts'
import { detection } from './detection.ts'
import { detectionModel } from './detection-model.ts'
import { feedback } from './feedback.ts'
import { finding } from './finding.ts'
import { forecast } from './forecast.ts'
import { forge } from './forge.ts'
import { gpu } from './gpu.ts'
import { incident } from './incident.ts'
import { knowledge } from './knowledge.ts'
import { kubernetes } from './kubernetes.ts'
import { maintenance } from './maintenance.ts'
import type { Operation } from './operation.ts'
import { persona } from './persona.ts'
import { policy } from './policy.ts'
import { query } from './query.ts'
import { report } from './report.ts'
import { runbook } from './runbook.ts'
import { silence } from './silence.ts'
import { slo } from './slo.ts'
import { system } from './system.ts'
import { telemetry } from './telemetry.ts'
import { terraformState } from './terraform-state.ts'
import { topology } from './topology.ts'
import { trace } from './trace.ts'

/** Every operation of the API by its id. */
export const api = {
  ...system,
  ...incident,
  ...correlationLesson,
  ...anomaly,
  ...alert,
  ...alertSearch,
  ...alertPreset,
  ...alertDeed,
  ...silence,
  ...correlationRule,
  ...maintenance,
  ...slo,
  ...telemetry,
  ...query,
  ...trace,
  ...runbook,
  ...topology,
  ...knowledge,
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
  ...audit,
  ...cost,
  ...budget,
  ...decision,
  ...deployment,
  ...policy,
  ...terraformState,
  ...forge,
  ...forecast,
  ...detection,
  ...feedback,
  ...detectionModel,
} as const satisfies Record<string, Operation>
export type Api = typeof api
export type OperationId = keyof Api
