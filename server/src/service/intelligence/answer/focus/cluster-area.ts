import { planned } from '../answerer.ts'
import { counted, listed, measured, rounded } from '../words.ts'
import { type Area, answerOf, as } from './area.ts'

export const cluster: Area = {
  calls: ({ cluster: id }) =>
    id === undefined
      ? [planned('get_fleet_summary', {}, as)]
      : [planned('get_cluster_status', { cluster_id: id }, as)],
  claims(found, writer) {
    const fleet = answerOf(found, writer, 'get_fleet_summary', 'The fleet')
    if (fleet) {
      const { summary, not_well } = fleet.output
      const worst = not_well.map(({ cluster_name, state }) => `${cluster_name} (${state})`)
      writer.say(
        not_well.length === 0
          ? `All ${counted(summary.total_clusters, 'cluster')} of the fleet are online and fully healthy.`
          : `Of ${counted(summary.total_clusters, 'cluster')}, ${not_well.length} ${not_well.length === 1 ? 'is' : 'are'} not fully healthy: ${listed(worst, 4)}.`,
        fleet.records.slice(0, 5),
      )
    }
    const status = answerOf(found, writer, 'get_cluster_status', 'The cluster')
    if (!status) return
    const { cluster: one, overview } = status.output
    const inside = overview && (overview.watch === 'WATCHING' || overview.watch === 'FAILING')
    writer.say(
      `Cluster ${one.name} is ${one.status.state} with a health score of ${one.status.health_score}${
        inside
          ? `; ${overview.nodes.ready} of ${counted(overview.nodes.total, 'node')} are ready and ${overview.pods.not_ready} of ${counted(overview.pods.total, 'pod')} are not ready`
          : '; its inside is not watched'
      }.`,
      status.records.slice(0, 2),
    )
  },
}

export const capacity: Area = {
  calls: ({ cluster_ids }) => [planned('list_nodes', { cluster_ids }, as)],
  claims(found, writer) {
    const nodes = answerOf(found, writer, 'list_nodes', 'Capacity')
    if (!nodes) return
    const { nodes: all, looked_at } = nodes.output
    if (looked_at === 0) {
      writer.caveat('No node could be seen, so that nothing is said of capacity.', nodes.call)
      return
    }
    const pressed = all.filter(({ ready, problems }) => !ready || problems.length > 0)
    const usable = all.flatMap((node, i) => {
      const share = Math.max(
        node.requested.cpu_cores / node.allocatable.cpu_cores || 0,
        node.requested.memory_bytes / node.allocatable.memory_bytes || 0,
      )
      return node.ready && node.schedulable ? [{ node, share, record: nodes.records[i] }] : []
    })
    const fullest = usable.sort((a, b) => b.share - a.share)[0]
    const trouble =
      pressed.length === 0
        ? `all ${counted(looked_at, 'node')} are ready and without pressure`
        : `${pressed.length} of ${counted(looked_at, 'node')} ${pressed.length === 1 ? 'has' : 'have'} problems (${listed(
            pressed.map(
              ({ name, ready, problems }) => `${name}: ${ready ? problems.join(', ') : 'NotReady'}`,
            ),
            3,
          )})`
    const room = fullest
      ? `; the fullest usable node is ${fullest.node.name}, with ${rounded(fullest.node.requested.cpu_cores)} of ${rounded(fullest.node.allocatable.cpu_cores)} CPU cores and ${measured(fullest.node.requested.memory_bytes, 'By')} of ${measured(fullest.node.allocatable.memory_bytes, 'By')} requested`
      : ''
    const cites = nodes.records.filter((_, i) => pressed.includes(all[i]!)).slice(0, 3)
    writer.say(`Capacity: ${trouble}${room}.`, [...cites, fullest?.record, nodes.call])
  },
}
