import {
  Cluster,
  ClusterCapabilities,
  ClusterEnvironment,
  ClusterState,
  ClusterStatus,
  ClusterType,
  FleetHealth,
  FleetSummary,
} from '@aiops/contract/model/cluster'
import { z } from 'zod'
import { ageSeconds } from './inside.ts'
import { type EvidenceDraft, evidenceMax, tool } from './tool.ts'

/** Pages of the API that are read at most. */
const pagesMax = 25

/** What an answer needs of a cluster: nothing of its credentials, addresses or certificates. */
export const ShownCluster = Cluster.pick({
  ...{ id: true, name: true, display_name: true, cluster_type: true, platform: true },
  ...{ platform_version: true, region: true, environment: true, labels: true, warnings: true },
  last_seen_at: true,
}).extend({
  status: ClusterStatus.pick({
    ...{ state: true, health_score: true, last_error: true, connectivity: true, since: true },
    ...{ checked_at: true, stale: true, checks: true },
  }),
  capabilities: ClusterCapabilities.pick({
    ...{ has_gpu_nodes: true, gpu_count: true, gpu_types: true, has_cnf_workloads: true },
    ...{ distribution: true, node_count: true, operators: true },
  }).nullable(),
})
export type ShownCluster = z.output<typeof ShownCluster>

export const listClusters = tool({
  name: 'list_clusters',
  title: 'List clusters',
  description:
    'Clusters of the fleet with state (ONLINE, OFFLINE, DEGRADED), health score, type, environment, region, version, and what their checks found. ' +
    'Use it for which clusters there are, which are not online, and why.',
  permission: 'clusters:read',
  effect: 'READ',
  input: z.object({
    name: z.string().max(128).default('').describe('A part of the name.'),
    environment: ClusterEnvironment.optional(),
    cluster_type: ClusterType.optional(),
    state: z.union([ClusterState, z.literal('NOT_ONLINE')]).optional(),
    region: z.string().max(64).default(''),
    limit: z.number().int().min(1).max(evidenceMax).default(evidenceMax),
  }),
  output: z.object({
    clusters: z.array(ShownCluster),
    total: z.number().int(),
    by_state: z.record(z.string(), z.number().int()),
  }),
  async run(client, { name, environment, cluster_type, state, region, limit }, { signal }) {
    const states = state === 'NOT_ONLINE' ? ClusterState.options.filter((one) => one !== 'ONLINE') : state
    const query = {
      ...{ name, region, environment: environment ?? [], cluster_type: cluster_type ?? [] },
      state: states ?? [],
    }
    const all: Cluster[] = []
    for (let page = 1; page <= pagesMax; page++) {
      const answer = await client.listClusters({ query: { ...query, page, page_size: 200 } })
      all.push(...answer.items)
      if (page >= answer.total_pages) break
      signal.throwIfAborted()
    }
    const by_state: Record<string, number> = {}
    for (const { status } of all) by_state[status.state] = (by_state[status.state] ?? 0) + 1
    return {
      clusters: all
        .sort((a, b) => stateRank(a) - stateRank(b) || (a.name < b.name ? -1 : 1))
        .slice(0, limit)
        .map((one) => ShownCluster.parse(one)),
      total: all.length,
      by_state,
    }
  },
  evidence: ({ clusters }, _input, { nowMs }) => clusters.map((one) => clusterEvidence(one, nowMs)),
  sentence: ({ total }, { name, environment, cluster_type, state, region }) => {
    const filter = [environment, cluster_type, state, region && `region ${region}`, name && `name ${name}`]
    const text = filter.filter((one) => one !== undefined && one !== '').join(', ')
    return `Looked at clusters${text === '' ? '' : ` (${text})`}: ${total}.`
  },
})

const NotWell = FleetHealth.shape.clusters.element
export const getFleetSummary = tool({
  name: 'get_fleet_summary',
  title: 'Summarise the fleet',
  description:
    'The fleet in figures: clusters by state, type and environment, mean health score, GPUs, and the clusters that are not healthy. ' +
    'Use it for an overview; `group_by` gives the figures by region, type, environment, platform or state.',
  permission: 'clusters:read',
  effect: 'READ',
  input: z.object({
    group_by: z.enum(['region', 'cluster_type', 'environment', 'platform', 'state']).optional(),
  }),
  output: z.object({
    /** One: the fleet as a whole. */
    summary: FleetSummary,
    /** Worst first. */
    not_well: z.array(NotWell),
    total: z.number().int(),
  }),
  async run(client, { group_by }) {
    const [summary, health] = await Promise.all([
      client.getFleetSummary({ query: { group_by } }),
      client.getFleetHealth(),
    ])
    const not_well = health.clusters.filter(
      ({ state, health_score, stale }) => state !== 'ONLINE' || health_score < 100 || stale,
    )
    return { summary, not_well: not_well.slice(0, evidenceMax - 1), total: not_well.length }
  },
  /** The fleet, then each cluster that is not well. */
  evidence: ({ summary, not_well }) => [summaryEvidence(summary), ...not_well.map(notWellEvidence)],
  sentence: ({ summary, total }) =>
    `Looked at the fleet: ${summary.total_clusters} clusters, ${total} not fully healthy.`,
})

export function clusterEvidence(one: ShownCluster, nowMs: number): EvidenceDraft {
  const { status, capabilities } = one
  const unhealthy = status.checks.filter(({ result }) => result === 'UNHEALTHY')
  return {
    type: 'CLUSTER',
    query: 'clusters',
    source: one.name,
    time: status.checked_at,
    entity: `cluster/${one.name}`,
    sentence: `Cluster ${one.name} (${one.cluster_type}, ${one.environment}${one.region ? `, ${one.region}` : ''}) is ${status.state}, health score ${status.health_score}.`,
    fields: {
      ...{ cluster: one.name, state: status.state, health_score: status.health_score },
      ...{ cluster_type: one.cluster_type, environment: one.environment, region: one.region },
      ...{ since: status.since, state_age_seconds: ageSeconds(status.since, nowMs) },
      ...{ connectivity: status.connectivity, stale: status.stale, checked_at: status.checked_at },
      unhealthy: unhealthy.map(({ target }) => target).join(', ') || null,
      reason: unhealthy[0]?.message.slice(0, 300) ?? status.last_error?.slice(0, 300) ?? null,
      ...{ platform: one.platform, version: one.platform_version },
      nodes: capabilities?.node_count ?? null,
      gpus: capabilities?.gpu_count ?? null,
      distribution: capabilities?.distribution ?? null,
      warnings: one.warnings.join(' ').slice(0, 500) || null,
    },
    trust: 'PLATFORM',
    link: `/clusters/${encodeURIComponent(one.id)}`,
  }
}

function summaryEvidence(summary: FleetSummary): EvidenceDraft {
  return {
    ...{ type: 'CLUSTER', query: 'fleet summary', source: 'fleet', time: null, entity: null },
    sentence: `The fleet has ${summary.total_clusters} clusters: ${tally(summary.by_state)}.`,
    fields: {
      ...{ clusters: summary.total_clusters, gpus: summary.total_gpu_count },
      ...{ avg_health_score: summary.avg_health_score, clusters_with_cnf: summary.clusters_with_cnf },
      ...prefixed('state', summary.by_state),
      ...prefixed('type', summary.by_type),
      ...prefixed('environment', summary.by_environment),
      ...Object.fromEntries(
        summary.groups.slice(0, 20).map((one) => [`group_${one.name || 'none'}`, one.total_clusters]),
      ),
    },
    trust: 'PLATFORM',
    link: '/clusters',
  }
}

const notWellEvidence = (one: z.output<typeof NotWell>): EvidenceDraft => ({
  ...{ type: 'CLUSTER', query: 'fleet health', source: one.cluster_name, time: one.checked_at },
  entity: `cluster/${one.cluster_name}`,
  sentence: `Cluster ${one.cluster_name} is ${one.state}, health score ${one.health_score}.`,
  fields: {
    ...{ cluster: one.cluster_name, state: one.state, health_score: one.health_score },
    ...{ connectivity: one.connectivity, stale: one.stale, reason: one.last_error?.slice(0, 300) ?? null },
  },
  trust: 'PLATFORM',
  link: `/clusters/${encodeURIComponent(one.cluster_id)}`,
})

const states = ['OFFLINE', 'DEGRADED', 'UNKNOWN', 'PROVISIONING', 'ONLINE']
const stateRank = ({ status }: Cluster): number => states.indexOf(status.state)
const tally = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ')
const prefixed = (prefix: string, counts: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(counts).map(([name, count]) => [`${prefix}_${name}`, count]))
