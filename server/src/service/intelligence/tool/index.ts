/** Every tool, in the order in which they are shown. */
import { alertTools } from './alert.ts'
import { auditTools } from './audit.ts'
import { changeTools } from './change.ts'
import { clusterTools } from './cluster.ts'
import { cnfTools } from './cnf.ts'
import { costTools } from './cost.ts'
import { deploymentTools } from './deployment.ts'
import { findingTools } from './finding.ts'
import { gpuTools } from './gpu.ts'
import { incidentTools } from './incident.ts'
import { knowledgeTools } from './knowledge.ts'
import { kubernetesTools } from './kubernetes.ts'
import { logTools } from './log.ts'
import { metricTools } from './metric.ts'
import { placementTools } from './placement.ts'
import { reportTools } from './report.ts'
import { runbookTools } from './runbook.ts'
import { sloTools } from './slo.ts'
import { topologyTools } from './topology.ts'
import { traceTools } from './trace.ts'

/** By name. Each area is a table of its own. */
export const tools = {
  ...clusterTools,
  ...metricTools,
  ...sloTools,
  ...traceTools,
  ...logTools,
  ...alertTools,
  ...gpuTools,
  ...cnfTools,
  ...incidentTools,
  ...changeTools,
  ...topologyTools,
  ...findingTools,
  ...kubernetesTools,
  ...runbookTools,
  ...knowledgeTools,
  ...reportTools,
  ...costTools,
  ...placementTools,
  ...deploymentTools,
  ...auditTools,
}

export type ToolName = keyof typeof tools
export type ToolOf<N extends ToolName> = (typeof tools)[N]
export const toolNames = Object.keys(tools) as ToolName[]
