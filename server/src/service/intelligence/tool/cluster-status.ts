import { ClusterOverview } from '@aiops/contract/model/kubernetes'
import { severities } from '@aiops/contract/model/severity'
import { z } from 'zod'
import { Fault } from '../../../kernel/fault.ts'
import { resolveClusters } from './clusters-named.ts'
import { clusterEvidence, ShownCluster } from './fleet.ts'
import { codeOf, insideLink } from './inside.ts'
import { type EvidenceDraft, tool } from './tool.ts'

const ShownOverview = ClusterOverview.pick({
  ...{ watch: true, message: true, nodes: true, pods: true, workloads: true, namespaces: true },
  ...{ warning_events_last_hour: true, findings: true },
}).extend({
  /** Kinds that cannot be seen, so that nothing is said of them. */
  not_seen: z.array(z.object({ kind: z.string(), state: z.string(), message: z.string() })),
})
type ShownOverview = z.output<typeof ShownOverview>

/** Optional custom resources that most clusters lack are no gap. */
const gapStates: ReadonlySet<string> = new Set(['LISTING', 'FAILING', 'DENIED'])

export const getClusterStatus = tool({
  name: 'get_cluster_status',
  title: 'Show the status of a cluster',
  description:
    'One cluster by id or name: state, health score, each check of API server, Prometheus, Loki and Tempo with what it found, version and capabilities, whether its inside is watched, and nodes, pods, workloads and findings in figures. ' +
    'Use it for how a cluster is, and why it is degraded or offline.',
  permission: 'clusters:read',
  effect: 'READ',
  input: z.object({
    cluster_id: z.string().max(128).default('').describe('Id or name; empty: that of the conversation.'),
  }),
  output: z.object({
    cluster: ShownCluster,
    /** Null where the inside cannot be looked at by this caller. */
    overview: ShownOverview.nullable(),
  }),
  async run(client, { cluster_id }, scope) {
    const named = cluster_id === '' ? scope.clusterIds.slice(0, 1) : [cluster_id]
    const [id] = await resolveClusters(client, named)
    if (id === undefined) throw new Fault('CLUSTER_NOT_FOUND', 'Name the cluster whose status is wanted.')
    const [cluster, overview] = await Promise.all([
      client.getCluster({ params: { id } }),
      client.getClusterOverview({ params: { id } }).catch((error: unknown) => {
        if (codeOf(error) === 'CLUSTER_NOT_FOUND' || codeOf(error) === 'CLUSTER_NOT_WATCHED') return undefined
        throw error
      }),
    ])
    return {
      cluster: ShownCluster.parse(cluster),
      overview: overview ? shownOverview(overview) : null,
    }
  },
  /** The cluster, its inside, then each check. */
  evidence({ cluster, overview }, _input, { nowMs }) {
    return [
      clusterEvidence(cluster, nowMs),
      ...(overview ? [overviewEvidence(cluster, overview)] : []),
      ...cluster.status.checks.map(
        (check): EvidenceDraft => ({
          ...{ type: 'CHECK', query: `check of ${check.target}`, source: cluster.name },
          ...{ time: cluster.status.checked_at, entity: `cluster/${cluster.name}` },
          sentence: `${check.target} of ${cluster.name}: ${check.result}${check.message ? `, ${check.message.slice(0, 300).replace(/\.$/, '')}` : ''}.`,
          fields: {
            ...{ cluster: cluster.name, target: check.target, result: check.result },
            ...{ message: check.message.slice(0, 300), time_ms: check.time_ms },
          },
          // What a server answers, or fails to, is told in its words.
          trust: 'TELEMETRY',
          link: `/clusters/${encodeURIComponent(cluster.id)}`,
        }),
      ),
    ]
  },
  sentence: ({ cluster, overview }) =>
    `Looked at the status of ${cluster.name}: ${cluster.status.state}${overview ? `, its inside is ${watchText[overview.watch]}` : ''}.`,
})

const watchText: Record<ShownOverview['watch'], string> = {
  STARTING: 'being read for the first time',
  WATCHING: 'watched',
  FAILING: 'watched with failures',
  OFF: 'not watched',
}

const shownOverview = (overview: ClusterOverview): ShownOverview =>
  ShownOverview.parse({
    ...overview,
    not_seen: overview.kinds
      .filter(({ state }) => gapStates.has(state))
      .map(({ kind, state, message }) => ({ kind, state, message })),
  })

function overviewEvidence(cluster: ShownCluster, overview: ShownOverview): EvidenceDraft {
  const { nodes, pods, workloads, findings } = overview
  const isSeen = overview.watch === 'WATCHING' || overview.watch === 'FAILING'
  return {
    ...{ type: 'CLUSTER', query: 'inside of the cluster', source: cluster.name, time: null },
    entity: `cluster/${cluster.name}`,
    sentence: isSeen
      ? `In ${cluster.name}, ${nodes.ready} of ${nodes.total} nodes are ready, ${pods.not_ready} of ${pods.total} pods are not ready, ${workloads.unavailable} of ${workloads.total} workloads are not available.`
      : `The inside of ${cluster.name} is ${watchText[overview.watch]}. ${overview.message}`.trim(),
    fields: {
      ...{ cluster: cluster.name, watch: overview.watch, message: overview.message || null },
      ...(isSeen
        ? {
            ...{ nodes: nodes.total, nodes_ready: nodes.ready, nodes_cordoned: nodes.cordoned },
            ...{ pods: pods.total, pods_not_ready: pods.not_ready, restarts: pods.restarts },
            ...{ workloads: workloads.total, workloads_unavailable: workloads.unavailable },
            ...{ namespaces: overview.namespaces, warning_events: overview.warning_events_last_hour },
            ...Object.fromEntries(
              severities.map((severity) => [`findings_${severity}`, findings[severity] ?? 0]),
            ),
            not_seen: overview.not_seen.map(({ kind }) => kind).join(', ') || null,
          }
        : {}),
    },
    trust: 'PLATFORM',
    link: insideLink(cluster.id, 'findings'),
  }
}
