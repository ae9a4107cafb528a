import type { Cluster } from '@aiops/contract/model/cluster'
import { Link } from '@tanstack/react-router'
import { Moment } from '../ui/moment.tsx'
import { Panel } from '../ui/panel.tsx'
import { addressesOf } from './address.ts'
import { CheckList } from './check-list.tsx'
import { typeLooks } from './cluster-look.ts'

/** The last check of the API server and of each backend. */
export function CheckPanel({ cluster }: { cluster: Cluster }) {
  const { status, cluster_type, endpoints } = cluster
  return (
    <Panel
      title="Health checks and backends"
      note={`every ${typeLooks[cluster_type].everySeconds} s`}
      actions={
        <Link
          to="/clusters/$id"
          params={{ id: cluster.id }}
          search={{ tab: 'settings' }}
          className="font-medium text-accent hover:underline"
        >
          Change
        </Link>
      }
      bodyClassName="p-0"
    >
      {status.checks.length === 0 ? (
        <p className="p-4 text-ink-mute">It was not checked yet.</p>
      ) : (
        <CheckList checks={status.checks} endpoints={addressesOf(cluster)} />
      )}
      {endpoints.alertmanager_url && (
        <p className="break-all border-t px-4 py-2.5">
          <span className="mr-3 font-medium">Alertmanager</span>
          <span className="text-ink-soft">{endpoints.alertmanager_url}</span>
        </p>
      )}
      <p className="border-t px-4 py-2 text-ink-mute text-xs">
        Last check <Moment at={status.checked_at} form="both" />; in this state since{' '}
        <Moment at={status.since} form="both" />. What is not checked costs no points.
      </p>
    </Panel>
  )
}
