import type { Client } from '@aiops/contract/client'
import { z } from 'zod'
import { messageOf } from '../../../kernel/fault.ts'
import { Semaphore } from '../../../kernel/semaphore.ts'
import { type ClusterName, clustersNamed, knownClusters } from './clusters-named.ts'
import type { ToolScope } from './tool.ts'

/** Clusters that are asked at the same time. */
const parallelMax = 10

/** How inputs name clusters. */
export const ClusterIds = z
  .array(z.string().min(1).max(128))
  .max(200)
  .default([])
  .describe('Ids or names of clusters; empty for every cluster.')

/** Clusters that an answer lacks, and why. */
export const Missing = z.array(z.object({ cluster: z.string(), reason: z.string() }))
export type Missing = z.infer<typeof Missing>

/** The cluster that an item is of. */
export const ofCluster = { cluster_id: z.string(), cluster_name: z.string() }

export type OfCluster<T> = { cluster: ClusterName; answer: T }

/** Ids of the clusters that an input names, else of those that the conversation is about; empty for every one. */
export async function wantedIds(
  client: Client,
  scope: ToolScope,
  clusterIds: readonly string[],
): Promise<string[]> {
  return (await wanted(client, scope, clusterIds)).map(({ id }) => id)
}

/**
 * Asks the insides of clusters, ten at a time: those named, else those of the conversation, else all. One that cannot answer is named
 * with its reason; what the caller may not do is thrown. `ask` answers undefined where that cluster has nothing of it.
 */
export async function askInside<T>(
  client: Client,
  scope: ToolScope,
  clusterIds: readonly string[],
  ask: (cluster: ClusterName) => Promise<T>,
): Promise<{ answers: OfCluster<T>[]; missing: Missing }> {
  const named = await wanted(client, scope, clusterIds)
  const clusters = named.length > 0 ? named : await fleetOf(client)
  const answers: (OfCluster<T> | undefined)[] = clusters.map(() => undefined)
  const reasons: (string | undefined)[] = clusters.map(() => undefined)
  const slots = new Semaphore(parallelMax)
  await Promise.all(
    clusters.map(async (cluster, i) => {
      await slots.acquire(scope.signal)
      try {
        scope.signal.throwIfAborted()
        answers[i] = { cluster, answer: await ask(cluster) }
      } catch (error) {
        if (!isOfCluster(error)) throw error
        reasons[i] = messageOf(error).slice(0, 500)
      } finally {
        slots.release()
      }
    }),
  )
  return {
    answers: answers.filter((one) => one !== undefined),
    missing: clusters.flatMap(({ name }, i) => {
      const reason = reasons[i]
      return reason === undefined ? [] : [{ cluster: name, reason }]
    }),
  }
}

/** The code of an operating error, whether it comes from this process or over HTTP. */
export const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''

/** `harbour-east`, `3 clusters` or `all clusters`, for a sentence on what was looked at. */
export const clustersText = (clusterIds: readonly string[], names: readonly string[] = []): string => {
  if (clusterIds.length === 0) return 'every cluster'
  if (clusterIds.length > 3) return `${clusterIds.length} clusters`
  return (names.length === clusterIds.length ? names : clusterIds).join(', ')
}

/** What a sentence adds for clusters that did not answer. */
export const missingText = (missing: Missing): string =>
  missing.length === 0
    ? ''
    : ` Not seen: ${missing
        .slice(0, 5)
        .map(({ cluster }) => cluster)
        .join(', ')}${missing.length > 5 ? ` and ${missing.length - 5} more` : ''}.`

/** A page of a cluster's inside; parameters without a value are left out. */
export function insideLink(
  clusterId: string,
  tab: string,
  search: Readonly<Record<string, string | undefined>> = {},
): string {
  const params = new URLSearchParams({ tab })
  for (const [name, value] of Object.entries(search)) if (value) params.append(name, value)
  return `/clusters/${encodeURIComponent(clusterId)}?${params}`
}

/** As the page writes an object: `Pod/shop/cart-1`, `Node/-/worker-1`. */
export const objectParameter = (kind: string, namespace: string, name: string): string =>
  `${kind}/${namespace || '-'}/${name}`

/** Seconds since then; null where it is not known. */
export const ageSeconds = (at: string | null, nowMs: number): number | null =>
  at === null ? null : Math.max(0, Math.round((nowMs - Date.parse(at)) / 1_000))

async function wanted(
  client: Client,
  scope: ToolScope,
  clusterIds: readonly string[],
): Promise<ClusterName[]> {
  return await clustersNamed(client, clusterIds.length > 0 ? clusterIds : scope.clusterIds)
}

/** Clusters that are registered: what queries go to beside them has no inside. */
async function fleetOf(client: Client): Promise<ClusterName[]> {
  return (await knownClusters(client)).filter(({ isRegistered }) => isRegistered)
}

const ofClusterCodes = new Set([
  ...['CLUSTER_NOT_WATCHED', 'CLUSTER_NOT_FOUND', 'CLUSTER_UNREACHABLE', 'UPSTREAM_FAILED'],
  ...['CREDENTIALS_INVALID', 'CREDENTIALS_NOT_FOUND', 'NOT_READY', 'QUERY_TIMEOUT', 'QUERY_TOO_LARGE'],
])
const isOfCluster = (error: unknown): boolean => ofClusterCodes.has(codeOf(error))
