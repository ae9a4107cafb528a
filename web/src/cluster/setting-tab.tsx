import type { ClusterPanelProps } from './cluster-tab.ts'
import { CredentialPanel } from './credential-panel.tsx'
import { DeletePanel } from './delete-panel.tsx'
import { EditPanel } from './edit-panel.tsx'
import { RbacPanel } from './rbac-panel.tsx'
import { useClusterRbac } from './use-cluster.ts'

/** What is set of a cluster, and what it is asked with. */
export function SettingTab({ cluster }: ClusterPanelProps) {
  const { data: rbac } = useClusterRbac(cluster.id)
  return (
    <div className="max-w-4xl space-y-4">
      {cluster.source === 'FILE' && (
        <p className="rounded-md border bg-info-soft p-3">
          A document names this cluster, and only changing the document changes it.
        </p>
      )}
      {/* Another one's form is not this one's with other values. */}
      {cluster.source === 'API' && <EditPanel key={cluster.id} cluster={cluster} />}
      <CredentialPanel cluster={cluster} />
      {rbac && <RbacPanel rbac={rbac} />}
      {cluster.source === 'API' && <DeletePanel cluster={cluster} />}
    </div>
  )
}
