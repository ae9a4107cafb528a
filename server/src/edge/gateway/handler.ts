import { actHandlers } from './handler/act.ts'
import { alertDeedHandlers } from './handler/alert-deed.ts'
import { alertPresetHandlers } from './handler/alert-preset.ts'
import { alertSearchHandlers } from './handler/alert-search.ts'
import { analysisHandlers } from './handler/analysis.ts'
import { anomalyHandlers } from './handler/anomaly.ts'
import { askHandlers } from './handler/ask.ts'
import { auditHandlers } from './handler/audit.ts'
import { backupHandlers } from './handler/backup.ts'
import { changeHandlers } from './handler/change.ts'
import { chatHandlers } from './handler/chat.ts'
import { clusterHandlers } from './handler/cluster.ts'
import { correlationRuleHandlers } from './handler/correlation-rule.ts'
import { costHandlers } from './handler/cost.ts'
import { decisionHandlers } from './handler/decision.ts'
import { deploymentHandlers } from './handler/deployment.ts'
import { detectionHandlers } from './handler/detection.ts'
import { detectionModelHandlers } from './handler/detection-model.ts'
import { feedbackHandlers } from './handler/feedback.ts'
import { findingHandlers } from './handler/finding.ts'
import { forecastHandlers } from './handler/forecast.ts'
import { forgeHandlers } from './handler/forge.ts'
import { incidentHandlers } from './handler/incident.ts'
import { incidentLifeHandlers } from './handler/incident-life.ts'
import { infrastructureHandlers } from './handler/infrastructure.ts'
import { knowledgeHandlers } from './handler/knowledge.ts'
import { kubernetesHandlers } from './handler/kubernetes.ts'
import { maintenanceHandlers } from './handler/maintenance.ts'
import { personaHandlers } from './handler/persona.ts'
import { policyHandlers } from './handler/policy.ts'
import { providerHandlers } from './handler/provider.ts'
import { queryHandlers } from './handler/query.ts'
import { reportHandlers } from './handler/report.ts'
import { silenceHandlers } from './handler/silence.ts'
import { sloHandlers } from './handler/slo.ts'
import { systemHandlers } from './handler/system.ts'
import { telemetryHandlers } from './handler/telemetry.ts'
import { terraformStateHandlers } from './handler/terraform-state.ts'
import { topologyHandlers } from './handler/topology.ts'
import { traceHandlers } from './handler/trace.ts'
import type { HandlerDeps, Handlers } from './handler-deps.ts'

export const createHandlers = (deps: HandlerDeps): Handlers => ({
  ...systemHandlers(deps),
  ...incidentHandlers(deps),
  ...incidentLifeHandlers(deps),
  ...alertSearchHandlers(deps),
  ...alertPresetHandlers(deps),
  ...alertDeedHandlers(deps),
  ...anomalyHandlers(deps),
  ...silenceHandlers(deps),
  ...correlationRuleHandlers(deps),
  ...maintenanceHandlers(deps),
  ...sloHandlers(deps),
  ...knowledgeHandlers(deps),
  ...telemetryHandlers(deps),
  ...topologyHandlers(deps),
  ...traceHandlers(deps),
  ...queryHandlers(deps),
  ...actHandlers(deps),
  ...backupHandlers(deps),
  ...changeHandlers(deps),
  ...clusterHandlers(deps),
  ...kubernetesHandlers(deps),
  ...findingHandlers(deps),
  ...infrastructureHandlers(deps),
  ...costHandlers(deps),
  ...providerHandlers(deps),
  ...decisionHandlers(deps),
  ...deploymentHandlers(deps),
  ...policyHandlers(deps),
  ...terraformStateHandlers(deps),
  ...askHandlers(deps.intelligence),
  ...analysisHandlers(deps.intelligence),
  ...reportHandlers(deps.intelligence),
  ...personaHandlers(deps.intelligence),
  ...chatHandlers(deps.intelligence),
  ...auditHandlers(deps),
  ...forgeHandlers(deps.forge),
  ...forecastHandlers(deps),
  ...detectionHandlers(deps),
  ...feedbackHandlers(deps),
  ...detectionModelHandlers(deps),
})
