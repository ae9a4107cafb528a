import type { Alert } from '@aiops/contract/model/alert'
import type { Finding } from '@aiops/contract/model/finding'
import { useQuery } from '@tanstack/react-query'
import { client } from '../shell/api.ts'

/** The incident that holds an alert of the same name about the same thing, where there is one. */
export function useIncidentOf(finding: Finding): string | undefined {
  const { data } = useQuery({
    queryKey: ['alerts', 'firing'],
    queryFn: () => client.listAlerts({ query: { state: 'FIRING', severity: [], limit: 1_000 } }),
    enabled: finding.alert_name !== null,
    staleTime: 30_000,
  })
  return (
    data?.alerts.find((alert) => alert.incident_id !== null && isAbout(alert, finding))?.incident_id ??
    undefined
  )
}

/** Labels of kube-state-metrics: `namespace`, and the kind's name in lower case with the object's. */
export function isAbout({ name, labels }: Pick<Alert, 'name' | 'labels'>, finding: Finding): boolean {
  if (name !== finding.alert_name) return false
  return [finding.object, finding.parent].some(
    (one) =>
      one !== null &&
      labels[one.kind.toLowerCase()] === one.name &&
      (one.namespace === '' || labels.namespace === one.namespace),
  )
}
