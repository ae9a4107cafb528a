import type { Alert } from '@aiops/contract/model/alert'
import type { Anomaly } from '@aiops/contract/model/anomaly'
import { entityOf } from '@aiops/contract/model/entity'
import type { Labels } from '@aiops/contract/model/label'

/** What silences look at. An alert whose sender names it otherwise than by label has `alertname` all the same. */
export const labelsOfAlert = ({ labels, name }: Pick<Alert, 'labels' | 'name'>): Labels =>
  Object.hasOwn(labels, 'alertname') ? labels : { ...labels, alertname: name }

/** The series' labels, `entity` and `shape`; each name also as Prometheus spells it (`service_name`), which is all that amtool can write. */
export const labelsOfAnomaly = ({ series, entity, shape }: Anomaly): Labels => ({
  ...{ shape, ...(entity === undefined ? {} : { entity }) },
  ...twice(series.labels),
})

/** What silences look at of a series that has no anomaly. */
export function labelsOfSeries(labels: Labels): Labels {
  const entity = entityOf(labels)
  return { ...(entity === undefined ? {} : { entity }), ...twice(labels) }
}

function twice(labels: Labels): Labels {
  const spelled: Labels = {}
  for (const [name, value] of Object.entries(labels)) spelled[name.replace(/[^\w:]/g, '_')] = value
  return { ...spelled, ...labels }
}
