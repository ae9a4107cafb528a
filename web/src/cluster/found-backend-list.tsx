import type { Cluster } from '@aiops/contract/model/cluster'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { endpointOf, type FoundBackend, foundWords, standingOf } from './found-backend.ts'
import { useClusterActions } from './use-cluster.ts'

/** Backends that run in the cluster, with a button that makes one the cluster's own. */
export function FoundBackendList({ cluster, found }: { cluster: Cluster; found: readonly FoundBackend[] }) {
  const { update, refresh } = useClusterActions(cluster.id)
  if (found.length === 0) return null
  const take = (backend: FoundBackend): void => {
    if (backend.url === null) return
    const endpoints = { ...cluster.endpoints, [endpointOf[backend.target]]: backend.url }
    update.mutate({ endpoints }, { onSuccess: () => refresh.mutate() })
  }
  const busy = update.isPending || refresh.isPending
  return (
    <div className="mt-3">
      <p className="mb-1 font-medium text-xs">Found running in the cluster</p>
      <ul className="divide-y rounded-md border">
        {found.map((backend) => {
          const use = standingOf(backend, cluster)
          return (
            <li
              key={`${backend.target} ${backend.namespace}/${backend.service}`}
              className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2"
            >
              <span className="w-24 font-medium">{foundWords[backend.target]}</span>
              <span className="min-w-0 flex-1 basis-56 break-all">
                {backend.url ?? 'no address from outside: make a Route, Ingress or LoadBalancer for it'}
                <span className="block text-ink-mute text-xs">
                  {backend.namespace}/{backend.service}
                </span>
              </span>
              {use === 'IN_USE' && <Badge tone="ok">in use</Badge>}
              {use === 'OTHER' && <Badge tone="outline">another address is in use</Badge>}
              {(use === 'FREE' || (use === 'OTHER' && backend.url !== null)) && cluster.source === 'API' && (
                <Button size="small" disabled={busy} onClick={() => take(backend)}>
                  Use this address
                </Button>
              )}
            </li>
          )
        })}
      </ul>
      {update.error && <Failure error={update.error} className="mt-2" />}
      {refresh.error && <Failure error={refresh.error} className="mt-2" />}
    </div>
  )
}
