import type { Client } from '@aiops/contract/client'
import type { PodSummary } from '@aiops/contract/model/kubernetes'
import { askInside, type OfCluster } from '../tool/inside.ts'
import { editDistance } from './edit-distance.ts'
import type { NamedThing } from './question.ts'

export type FindPodsOptions = {
  /** What is known by name: a slip in a pod's name is put right by the workload that it would belong to. */
  things?: readonly NamedThing[]
  /** Empty: every cluster. */
  clusterIds?: readonly string[]
  nowMs?: number
  signal?: AbortSignal
}

/** Pods that one text is answered with at most. */
const podsMax = 20
/** Workloads whose names are near that are looked into. */
const workloadsMax = 3

/**
 * Pods that a text names, exactly, in part or nearly. Pods come by the ten thousand and go by the minute, so they are looked up when
 * a text looks like the name of one, and not kept. What is not watched holds none.
 */
export async function findPods(
  client: Client,
  text: string,
  options: FindPodsOptions = {},
): Promise<NamedThing[]> {
  const name = text.trim().toLowerCase()
  if (!looksLikePod(name)) return []
  const look = (query: { search?: string; owner?: string }) => podsOf(client, query, options)
  const found = await look({ search: name })
  if (found.length > 0) {
    const exact = found.filter((pod) => pod.name === name)
    return (exact.length > 0 ? exact : found).slice(0, podsMax)
  }
  const stem = name.replace(podSuffix, '')
  const near = new Set(
    (options.things ?? []).filter((thing) => isNear(thing, stem)).map((thing) => thing.name),
  )
  const ofNear = await Promise.all([...near].slice(0, workloadsMax).map((owner) => look({ owner })))
  const slips = ofNear.flat().map((pod) => ({ pod, distance: editDistance(pod.name, name, slipsMax) }))
  const least = Math.min(slipsMax, ...slips.map(({ distance }) => distance))
  return slips.flatMap(({ pod, distance }) => (distance === least ? [pod] : [])).slice(0, podsMax)
}

/** Whether a name ends as Kubernetes ends those of pods: in an ordinal, or in five letters and digits after a hash. */
export const looksLikePod = (text: string): boolean => text.length <= 253 && podName.test(text.toLowerCase())

const podName = /^[a-z0-9][a-z0-9.-]*-(?:\d{1,5}|[a-z0-9]{5})$/
const podSuffix = /-(?:\d{1,5}|(?:[a-z0-9]{6,10}-)?[a-z0-9]{5})$/
const slipsMax = 2

const isNear = ({ kind, name }: NamedThing, stem: string): boolean =>
  (kind === 'WORKLOAD' || kind === 'SERVICE' || kind === 'DATABASE' || kind === 'QUEUE') &&
  stem.length > 4 &&
  editDistance(name.toLowerCase(), stem, stem.length > 9 ? 2 : 1) <= (stem.length > 9 ? 2 : 1)

async function podsOf(
  client: Client,
  query: { search?: string; owner?: string },
  { clusterIds = [], signal = new AbortController().signal, nowMs = 0 }: FindPodsOptions,
): Promise<NamedThing[]> {
  const { answers } = await askInside(
    client,
    { nowMs, clusterIds, signal },
    [],
    async ({ id }) =>
      (await client.listPods({ params: { id }, query: { ...query, page_size: podsMax } })).items,
  )
  return answers.flatMap(thingsOf)
}

const thingsOf = ({ cluster, answer }: OfCluster<PodSummary[]>): NamedThing[] =>
  answer.map(({ name, namespace }) => ({
    ...{ kind: 'POD', name, id: `pod/${name}`, cluster_id: cluster.id, namespace },
  }))
