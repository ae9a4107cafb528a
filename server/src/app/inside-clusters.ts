import type { TenantId } from '@aiops/contract/model/tenant'
import type { FleetRegistry } from '../service/fleet/index.ts'
import type { ClusterInventory, ObservedCluster } from '../service/infrastructure/index.ts'
import {
  type ClusterView,
  inventoryOf,
  type Kubernetes,
  type WatchableCluster,
} from '../service/kubernetes/index.ts'
import type { Federation } from '../service/telemetry/index.ts'

/** The clusters of the fleet, as the watch of their inside sees them. */
export async function watchableClusters(
  fleet: Pick<FleetRegistry, 'apis'>,
  tenants: readonly TenantId[],
): Promise<WatchableCluster[]> {
  const all = await Promise.all(
    tenants.map(async (tenant) => (await fleet.apis(tenant)).map((one) => ({ ...one, tenant }))),
  )
  return all.flat()
}

type Parts = {
  fleet: Pick<FleetRegistry, 'apis'>
  federation: Pick<Federation, 'backends'>
  kubernetes: Pick<Kubernetes, 'view'>
}

/** Every cluster that metrics can be asked of, this program's own stores among them, with what is known of its inside. */
export async function observedClusters(
  { fleet, federation, kubernetes }: Parts,
  tenants: readonly TenantId[],
): Promise<ObservedCluster[]> {
  const all = await Promise.all(
    tenants.map(async (tenant) => {
      const apis = new Map((await fleet.apis(tenant)).map((one) => [one.id, one.api]))
      const backends = new Map(federation.backends(tenant).map((one) => [one.id, one]))
      return [...new Set([...backends.keys(), ...apis.keys()])].map(
        (id): ObservedCluster => ({
          ...{ tenant, id, name: backends.get(id)?.name ?? id },
          metrics: backends.get(id)?.metrics,
          api: apis.get(id),
          inventory: () => inventory(kubernetes.view(tenant, id)),
        }),
      )
    }),
  )
  return all.flat()
}

const empty: ClusterInventory = { nodes: [], pods: [] }
const inventory = (view: ClusterView | undefined): ClusterInventory => (view ? inventoryOf(view) : empty)
