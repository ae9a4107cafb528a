import type { TenantId } from '@aiops/contract/model/tenant'
import type { Clock } from '../../kernel/clock.ts'
import { givingWay } from '../../kernel/stepwise.ts'
import { Turn } from '../../kernel/turn.ts'
import type { FleetRegistry } from '../../service/fleet/index.ts'
import type { ClusterInventory, ObservedCluster } from '../../service/infrastructure/index.ts'
import {
  type ClusterView,
  inventoryOf,
  inventorySteps,
  type Kubernetes,
  type WatchableCluster,
} from '../../service/kubernetes/index.ts'
import type { Federation } from '../../service/telemetry/index.ts'

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
  clock: Clock
}

/** An inventory is made anew after so long, if somebody asks for it. */
const inventoryMs = 15_000
/** That of more pods is made in steps, and answered when it is asked for the next time; before that, the one before. */
const atOncePodsMax = 1_000
type Kept = { madeMs: number; made: ClusterInventory }

/** Every cluster that metrics can be asked of, this program's own stores among them, with what is known of its inside. */
export function clusterObserver(parts: Parts): (tenants: readonly TenantId[]) => Promise<ObservedCluster[]> {
  const { clock } = parts
  const kept = new Map<string, Kept>()
  const renew = async (one: Kept, view: ClusterView): Promise<void> => {
    const turn = new Turn(clock)
    one.made = await givingWay(inventorySteps(view), async () => {
      if (turn.due()) await turn.give()
    })
  }
  const inventory = (tenant: TenantId, id: string): ClusterInventory => {
    const key = JSON.stringify([tenant, id])
    const known = kept.get(key)
    if (known && clock.monotonic() - known.madeMs < inventoryMs) return known.made
    const view = parts.kubernetes.view(tenant, id)
    if (!view) kept.delete(key)
    if (!view) return empty
    const isLarge = view.list('Pod').length > atOncePodsMax
    const one: Kept = {
      madeMs: clock.monotonic(),
      made: isLarge ? (known?.made ?? empty) : inventoryOf(view),
    }
    kept.set(key, one)
    if (isLarge) void renew(one, view)
    return one.made
  }
  return (tenants) => observed(parts, tenants, inventory)
}

async function observed(
  { fleet, federation }: Parts,
  tenants: readonly TenantId[],
  inventory: (tenant: TenantId, id: string) => ClusterInventory,
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
          inventory: () => inventory(tenant, id),
        }),
      )
    }),
  )
  return all.flat()
}

const empty: ClusterInventory = { nodes: [], pods: [] }
