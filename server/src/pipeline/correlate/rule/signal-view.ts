import type { Alert } from '@aiops/contract/model/alert'
import type { Anomaly } from '@aiops/contract/model/anomaly'
import { entityKind, entityName } from '@aiops/contract/model/entity'
import type { Labels } from '@aiops/contract/model/label'
import type { Severity } from '@aiops/contract/model/severity'
import { labelsOfAlert, labelsOfAnomaly } from '../silence/signal-labels.ts'

/** One signal as conditions of rules see it. Absent is ''. */
export type SignalView = {
  labels: Labels
  annotations: Labels
  name: string
  severity: Severity
  entity: string
  service: string
  source: string
  kind: 'ALERT' | 'ANOMALY'
}

const none: Labels = {}
const serviceLabels = ['service.name', 'service', 'service_name'] as const

export function viewOfAlert(alert: Alert): SignalView {
  const labels = labelsOfAlert(alert)
  return {
    ...{ labels, annotations: alert.annotations, name: alert.name, severity: alert.severity },
    ...{ entity: alert.entity ?? '', service: serviceOf(alert.entity, labels) },
    ...{ source: alert.source, kind: 'ALERT' },
  }
}

/** Its name is the metric's, its source `detect`. */
export function viewOfAnomaly(anomaly: Anomaly): SignalView {
  const labels = labelsOfAnomaly(anomaly)
  return {
    ...{ labels, annotations: none, name: anomaly.series.name, severity: anomaly.severity },
    ...{ entity: anomaly.entity ?? '', service: serviceOf(anomaly.entity, labels) },
    ...{ source: 'detect', kind: 'ANOMALY' },
  }
}

function serviceOf(entity: string | undefined, labels: Labels): string {
  if (entity !== undefined && entityKind(entity) === 'service') return entityName(entity)
  for (const name of serviceLabels) if (Object.hasOwn(labels, name)) return labels[name] ?? ''
  return ''
}
