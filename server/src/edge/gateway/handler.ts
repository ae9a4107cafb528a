import { actHandlers } from './handler/act.ts'
import { analysisHandlers } from './handler/analysis.ts'
import { askHandlers } from './handler/ask.ts'
import { backupHandlers } from './handler/backup.ts'
import { changeHandlers } from './handler/change.ts'
import { chatHandlers } from './handler/chat.ts'
import { clusterHandlers } from './handler/cluster.ts'
import { findingHandlers } from './handler/finding.ts'
import { incidentHandlers } from './handler/incident.ts'
import { infrastructureHandlers } from './handler/infrastructure.ts'
import { kubernetesHandlers } from './handler/kubernetes.ts'
import { personaHandlers } from './handler/persona.ts'
import { queryHandlers } from './handler/query.ts'
import { reportHandlers } from './handler/report.ts'
import { silenceHandlers } from './handler/silence.ts'
import { systemHandlers } from './handler/system.ts'
import { telemetryHandlers } from './handler/telemetry.ts'
import { traceHandlers } from './handler/trace.ts'
import type { HandlerDeps, Handlers } from './handler-deps.ts'

export const createHandlers = (deps: HandlerDeps): Handlers => ({
  ...systemHandlers(deps),
  ...incidentHandlers(deps),
  ...silenceHandlers(deps),
  ...telemetryHandlers(deps),
  ...traceHandlers(deps),
  ...queryHandlers(deps),
  ...actHandlers(deps),
  ...backupHandlers(deps),
  ...changeHandlers(deps),
  ...clusterHandlers(deps),
  ...kubernetesHandlers(deps),
  ...findingHandlers(deps),
  ...infrastructureHandlers(deps),
  ...askHandlers(deps.intelligence),
  ...analysisHandlers(deps.intelligence),
  ...reportHandlers(deps.intelligence),
  ...personaHandlers(deps.intelligence),
  ...chatHandlers(deps.intelligence),
})
