import { alertPresetConformance } from './alert-preset-repository.suite.ts'
import { alertSearchConformance } from './alert-search-repository.suite.ts'
import { anomalyRepositoryConformance } from './anomaly-repository.suite.ts'
import { auditRepositoryConformance } from './audit-repository.suite.ts'
import { changeRepositoryConformance } from './change-repository.suite.ts'
import { chatRepositoryConformance } from './chat-repository.suite.ts'
import { clusterRepositoryConformance } from './cluster-repository.suite.ts'
import { correlationRuleRepositoryConformance } from './correlation-rule-repository.suite.ts'
import { costRepositoryConformance } from './cost-repository.suite.ts'
import { deploymentRepositoryConformance } from './deployment-repository.suite.ts'
import { detectionRepositoryConformance } from './detection-repository.suite.ts'
import { documentRepositoryConformance } from './document-repository.suite.ts'
import { feedbackRepositoryConformance } from './feedback-repository.suite.ts'
import { forgeRepositoryConformance } from './forge-repository.suite.ts'
import { incidentLifeRepositoryConformance } from './incident-life-repository.suite.ts'
import { modelRepositoryConformance } from './model-repository.suite.ts'
import { modelSpendingRepositoryConformance } from './model-spending-repository.suite.ts'
import { outboxRepositoryConformance } from './outbox-repository.suite.ts'
import { personaRepositoryConformance } from './persona-repository.suite.ts'
import { placementRepositoryConformance } from './placement-repository.suite.ts'
import { predictionRepositoryConformance } from './prediction-repository.suite.ts'
import { recordStoreConformance } from './record-store.suite.ts'
import type { RecordStore } from './record-store.ts'
import { reportRepositoryConformance } from './report-repository.suite.ts'
import { sloRepositoryConformance } from './slo-repository.suite.ts'
import { stateRepositoryConformance } from './state-repository.suite.ts'
import { topologyHistoryConformance } from './topology-history-repository.suite.ts'

/** Every suite of the record store. `open` gives the store of that name, as it was left; an empty one at first. */
export function recordsConformance(open: (name: string) => Promise<RecordStore>): void {
  recordStoreConformance(open)
  alertPresetConformance(open)
  alertSearchConformance(open)
  anomalyRepositoryConformance(open)
  auditRepositoryConformance(open)
  topologyHistoryConformance(open)
  changeRepositoryConformance(open)
  chatRepositoryConformance(open)
  clusterRepositoryConformance(open)
  correlationRuleRepositoryConformance(open)
  costRepositoryConformance(open)
  deploymentRepositoryConformance(open)
  detectionRepositoryConformance(open)
  forgeRepositoryConformance(open)
  incidentLifeRepositoryConformance(open)
  feedbackRepositoryConformance(open)
  modelRepositoryConformance(open)
  outboxRepositoryConformance(open)
  personaRepositoryConformance(open)
  placementRepositoryConformance(open)
  predictionRepositoryConformance(open)
  reportRepositoryConformance(open)
  modelSpendingRepositoryConformance(open)
  documentRepositoryConformance(open)
  sloRepositoryConformance(open)
  stateRepositoryConformance(open)
}
