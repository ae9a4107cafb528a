import type { Labels, Matcher } from '@aiops/contract/model/label'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { MetricBackend } from '../../../port/cluster-backend.ts'
import { type LocalMetricsDeps, localMetrics } from './local-metrics.ts'

/** The label that says from which cluster a series was copied. */
const copiedFrom = 'copied_from'
/** What is this program's own: what was copied is the affair of the cluster that it is of. */
export const notCopied: readonly Matcher[] = [{ name: copiedFrom, op: '=', value: '' }]

/** What was copied of one cluster, as that cluster would answer. */
export const copiedMetrics = (deps: LocalMetricsDeps, tenant: TenantId, cluster: string): MetricBackend =>
  localMetrics(deps, tenant, {
    matchers: [{ name: copiedFrom, op: '=', value: cluster }],
    shown: asThere,
  })

/** As the cluster itself calls it. */
function asThere({ [copiedFrom]: _, cluster: __, exported_cluster, ...labels }: Labels): Labels {
  return exported_cluster === undefined ? labels : { ...labels, cluster: exported_cluster }
}
