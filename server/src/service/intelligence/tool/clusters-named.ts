import type { Client } from '@aiops/contract/client'
import { Fault } from '../../../kernel/fault.ts'

/** A cluster as people name it. */
export type ClusterName = {
  id: string
  name: string
  displayName: string | null
  /** Of the fleet; false for what only queries go to. */
  isRegistered: boolean
}

/** Clusters that are looked through for a name. */
const clustersMax = 5_000
const pageSize = 200

/**
 * Ids of clusters that are named by name, display name or id, in the order in which they are named, each once.
 * None named: none, and nothing is asked. One that nobody knows is a CLUSTER_NOT_FOUND that names the nearest.
 */
export async function resolveClusters(client: Client, namesOrIds: readonly string[]): Promise<string[]> {
  return (await clustersNamed(client, namesOrIds)).map(({ id }) => id)
}

/** The same, with their names. */
export async function clustersNamed(client: Client, namesOrIds: readonly string[]): Promise<ClusterName[]> {
  if (namesOrIds.length === 0) return []
  const known = await knownClusters(client)
  const found = new Map<string, ClusterName>()
  for (const text of namesOrIds) {
    const cluster = clusterOf(known, text)
    if (!cluster) throw new Fault('CLUSTER_NOT_FOUND', unknownSentence(text, known))
    found.set(cluster.id, cluster)
  }
  return [...found.values()]
}

const underWay = new WeakMap<Client, Promise<ClusterName[]>>()

/**
 * Every cluster that the caller may see: those of the fleet, and those that queries go to and the fleet does not know.
 * Calls of one plan that want it at the same time share one look.
 */
export function knownClusters(client: Client): Promise<ClusterName[]> {
  const shared = underWay.get(client)
  if (shared) return shared
  const look = lookForClusters(client).finally(() => underWay.delete(client))
  underWay.set(client, look)
  return look
}

async function lookForClusters(client: Client): Promise<ClusterName[]> {
  const [fleet, queried] = await Promise.allSettled([clustersOfFleet(client), clustersOfQueries(client)])
  // Either needs a right of its own: what the caller may see counts.
  if (fleet.status === 'rejected' && queried.status === 'rejected') throw fleet.reason
  const found = new Map<string, ClusterName>()
  for (const look of [fleet, queried])
    if (look.status === 'fulfilled')
      for (const cluster of look.value) if (!found.has(cluster.id)) found.set(cluster.id, cluster)
  return [...found.values()]
}

async function clustersOfFleet(client: Client): Promise<ClusterName[]> {
  const found: ClusterName[] = []
  for (let page = 1; found.length < clustersMax; page++) {
    const answer = await client.listClusters({ query: { page, page_size: pageSize } })
    for (const { id, name, display_name } of answer.items)
      found.push({ id, name, displayName: display_name, isRegistered: true })
    if (page >= answer.total_pages) break
  }
  return found
}

async function clustersOfQueries(client: Client): Promise<ClusterName[]> {
  const { clusters } = await client.listQueryClusters()
  return clusters.slice(0, clustersMax).map(({ cluster_id, cluster_name }) => ({
    ...{ id: cluster_id, name: cluster_name, displayName: null },
    isRegistered: false,
  }))
}

function clusterOf(known: readonly ClusterName[], text: string): ClusterName | undefined {
  const said = text.trim().toLowerCase()
  return (
    known.find(({ id }) => id === text) ??
    known.find(({ name }) => name.toLowerCase() === said) ??
    known.find(({ displayName }) => displayName?.toLowerCase() === said)
  )
}

function unknownSentence(text: string, known: readonly ClusterName[]): string {
  const asked = text.slice(0, 128)
  const near = nearest(
    asked,
    known.map(({ name }) => name),
  )
  if (known.length === 0) return `No cluster is known here, so ${asked} is not known either.`
  return near.length === 0
    ? `There is no cluster ${asked}.`
    : `There is no cluster ${asked}. The nearest ${near.length === 1 ? 'name is' : 'names are'} ${near.join(', ')}.`
}

/** At most three of the names that differ least from the text, where at most half of it differs. */
function nearest(text: string, names: readonly string[]): string[] {
  const said = text.toLowerCase()
  return names
    .map((name) => ({ name, distance: distanceOf(said, name.toLowerCase()) }))
    .filter(({ distance }) => distance <= Math.max(2, Math.floor(said.length / 2)))
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, 3)
    .map(({ name }) => name)
}

/** Levenshtein's distance; texts of at most 128 characters. */
function distanceOf(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
