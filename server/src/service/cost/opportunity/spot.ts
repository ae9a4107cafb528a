import { isoTime } from '../../../kernel/clock.ts'
import { keyOf } from '../allocation/directory.ts'
import { type FoundOpportunity, savingOf } from './found.ts'
import { hourlyOf, type Snapshot } from './snapshot.ts'

/** Stateless Deployments of two pods or more on machines that are paid on demand: what they cost beside the spot price of the same. */
export function spotUse({ containers, nodes, table, atMs }: Snapshot): FoundOpportunity[] {
  const byName = new Map(nodes.map((node) => [keyOf(node.cluster, node.node), node]))
  const deployments = Map.groupBy(
    containers.filter(({ controllerKind }) => controllerKind === 'Deployment'),
    ({ cluster, namespace, controller }) => keyOf(cluster, namespace, controller),
  )
  const found: FoundOpportunity[] = []
  for (const all of deployments.values()) {
    const pods = new Set(all.map(({ pod }) => pod))
    if (pods.size < 2 || all.some(({ hasVolume, gpus }) => hasVolume || gpus > 0)) continue
    let nowUsd = 0
    let savedUsd = 0
    let source = ''
    for (const one of all) {
      const node = byName.get(keyOf(one.cluster, one.node))
      if (!node || node.spot) continue
      const place = { resource: 'CPU_CORE' as const, provider: node.provider, region: node.region }
      const [demand, spot] = [table.find(place), table.find({ ...place, spot: true })]
      // Without a spot price of its own the one on demand answers: there is nothing to save that is known.
      if (!demand || !spot?.spot || spot.source.name !== demand.source.name) continue
      const usd = hourlyOf(one)
      nowUsd += usd
      savedUsd += usd * (1 - spot.price / demand.price)
      source = `${spot.source.name} as of ${isoTime(spot.source.asOfMs).slice(0, 10)}`
    }
    if (!(savedUsd > 0)) continue
    const { namespace, controller } = all[0]!
    found.push({
      action: 'SPOT',
      subject: `${namespace}/${controller}`,
      summary: `Run ${namespace}/${controller}, ${pods.size} pods without volumes, on spot machines.`,
      // Half of the pods may have to stay on demand so that a reclaimed machine takes none with it that is missed.
      saving_monthly_usd: savingOf(savedUsd / 2, savedUsd, savedUsd),
      evidence: [
        `costs $${(nowUsd * 730).toFixed(2)} a month on demand; prices of ${source}`,
        'spot machines are taken back at two minutes’ notice; whether it ends cleanly was not looked at',
      ],
      at: isoTime(atMs),
    })
  }
  return found
}
