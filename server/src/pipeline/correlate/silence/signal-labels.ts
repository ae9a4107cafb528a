import type { Alert } from '@aiops/contract/model/alert'
import type { Anomaly } from '@aiops/contract/model/anomaly'
import type { Labels } from '@aiops/contract/model/label'

/** What silences look at. An alert whose sender names it otherwise than by label has `alertname` all the same. */
export const labelsOfAlert = ({ labels, name }: Pick<Alert, 'labels' | 'name'>): Labels =>
  Object.hasOwn(labels, 'alertname') ? labels : { ...labels, alertname: name }

/** The series' labels, `entity` and `shape`; each name also as Prometheus spells it (`service_name`), which is all that amtool can write. */
export function labelsOfAnomaly({ series, entity, shape }: Anomaly): Labels {
  const labels: Labels = { shape, ...(entity === undefined ? {} : { entity }) }
  for (const [name, value] of Object.entries(series.labels)) labels[name.replace(/[^\w:]/g, '_')] = value
  return { ...labels, ...series.labels }
}
