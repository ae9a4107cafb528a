import type { Labels } from '@aiops/contract/model/label'
import { isStep, type Steps } from '../../../kernel/steps.ts'
import type { CostConfig } from '../config.ts'
import type { Chunk } from './chunk.ts'

/** Whose cost it is. Empty: not known. */
export type PodFacts = {
  cluster: string
  namespace: string
  pod: string
  node: string
  controllerKind: string
  controller: string
  service: string
  team: string
  environment: string
  /** Of the pod, those of its namespace where it has none of that name; names as kube-state-metrics writes them, without `label_`. */
  labels: Readonly<Record<string, string>>
}
export type NodeFacts = { provider: string; region: string; instanceType: string; spot: boolean }

export const keyOf = (...parts: readonly string[]): string => parts.join('\u0000')
export const clusterOf = (labels: Labels): string => labels.cluster ?? labels.cluster_id ?? ''
export const nodeOf = (labels: Labels): string => labels.node ?? ''

type LabelConfig = Pick<CostConfig, 'service_labels' | 'team_labels' | 'environment_labels'>

type Index = ReadonlyMap<string, Labels>
type Indices = Record<'namespaces' | 'podLabels' | 'info' | 'owners' | 'sets' | 'watched', Index>

/** What is known of a stretch, made ready to be asked. */
export function* directoryOf({ directory }: Pick<Chunk, 'directory'>, config: LabelConfig): Steps<Directory> {
  const ofPod = ({ namespace, pod }: Labels) => [namespace, pod]
  const ofSet = ({ namespace, replicaset }: Labels) => [namespace, replicaset]
  const indices: Indices = {
    namespaces: yield* labelled(directory.namespaceLabels, ({ namespace }) => [namespace]),
    podLabels: yield* labelled(directory.podLabels, ofPod),
    info: yield* indexed(directory.podInfo, ofPod),
    owners: yield* indexed(directory.podOwner, ofPod),
    sets: yield* indexed(directory.replicaSetOwner, ofSet),
    watched: yield* indexed(directory.watchedPod, ofPod),
  }
  return new Directory(directory, indices, config)
}

/** Pods and nodes of a stretch by what is known of them. */
export class Directory {
  readonly #pods = new Map<string, PodFacts>()
  readonly #nodes = new Map<string, NodeFacts>()
  readonly #claims = new Map<string, { volume: string; storageClass: string }>()
  readonly #indices: Indices
  readonly #config: LabelConfig

  constructor(directory: Chunk['directory'], indices: Indices, config: LabelConfig) {
    this.#config = config
    this.#indices = indices
    this.#readNodes(directory)
    for (const { labels } of directory.claimInfo)
      this.#claims.set(keyOf(clusterOf(labels), labels.namespace ?? '', labels.persistentvolumeclaim ?? ''), {
        ...{ volume: labels.volumename ?? '', storageClass: labels.storageclass ?? '' },
      })
  }

  pod(cluster: string, namespace: string, pod: string): PodFacts {
    const key = keyOf(cluster, namespace, pod)
    const known = this.#pods.get(key)
    if (known) return known
    const { namespaces, podLabels, info, owners, sets, watched } = this.#indices
    const config = this.#config
    const seen = watched.get(key)
    const owner = seen
      ? { kind: seen.controller_kind ?? '', name: seen.controller ?? '' }
      : ownerOf(owners.get(key), sets, cluster, namespace)
    const labels = { ...namespaces.get(keyOf(cluster, namespace)), ...podLabels.get(key) }
    const facts: PodFacts = {
      ...{ cluster, namespace, pod, labels, node: info.get(key)?.node ?? seen?.node ?? '' },
      ...{ controllerKind: owner.kind, controller: owner.name },
      service: first(labels, config.service_labels) || seen?.service || owner.name,
      team: first(labels, config.team_labels) || seen?.team || '',
      environment: first(labels, config.environment_labels) || seen?.environment || '',
    }
    this.#pods.set(key, facts)
    return facts
  }

  node(cluster: string, node: string): NodeFacts {
    return this.#nodes.get(keyOf(cluster, node)) ?? nothing
  }

  claim(cluster: string, namespace: string, claim: string): { volume: string; storageClass: string } {
    return this.#claims.get(keyOf(cluster, namespace, claim)) ?? { volume: '', storageClass: '' }
  }

  #readNodes(directory: Chunk['directory']): void {
    const { nodeInfo, nodeLabels, nodePriced, watchedNode } = directory
    for (const { labels } of [...watchedNode, ...nodeInfo, ...nodeLabels, ...nodePriced]) {
      const key = keyOf(clusterOf(labels), nodeOf(labels))
      const known = this.#nodes.get(key) ?? nothing
      const capacity = labels.label_karpenter_sh_capacity_type ?? labels.label_eks_amazonaws_com_capacityType
      this.#nodes.set(key, {
        provider: providerOf(labels.provider_id ?? '') || labels.provider || known.provider,
        region: labels.region ?? labels.label_topology_kubernetes_io_region ?? known.region,
        instanceType:
          labels.instance_type ?? labels.label_node_kubernetes_io_instance_type ?? known.instanceType,
        spot:
          known.spot ||
          /^spot$/i.test(capacity ?? '') ||
          labels.label_cloud_google_com_gke_spot === 'true' ||
          labels.label_kubernetes_azure_com_scalesetpriority === 'spot',
      })
    }
  }
}

const nothing: NodeFacts = { provider: '', region: '', instanceType: '', spot: false }

/** `aws:///eu-west-1a/i-0abc` and the like begin with who provides the machine. */
export function providerOf(providerId: string): string {
  const scheme = /^([a-z]+):\/\//.exec(providerId)?.[1] ?? ''
  return scheme === 'gce' ? 'gcp' : scheme
}

type Samples = Chunk['directory'][keyof Chunk['directory']]
type KeyParts = (labels: Labels) => (string | undefined)[]

const sampleKey = (labels: Labels, parts: KeyParts): string =>
  keyOf(clusterOf(labels), ...parts(labels).map((one) => one ?? ''))

function* indexed(samples: Samples, parts: KeyParts): Steps<Index> {
  const found = new Map<string, Labels>()
  for (const [at, { labels }] of samples.entries()) {
    found.set(sampleKey(labels, parts), labels)
    if (isStep(at)) yield
  }
  return found
}

/** Their labels without the `label_` in front; several series of one thing are one. */
function* labelled(samples: Samples, parts: KeyParts): Steps<Index> {
  const found = new Map<string, Record<string, string>>()
  for (const [at, { labels }] of samples.entries()) {
    const key = sampleKey(labels, parts)
    const known = found.get(key) ?? {}
    for (const [name, value] of Object.entries(labels))
      if (name.startsWith('label_') && value !== '') known[name.slice(6)] = value
    found.set(key, known)
    if (isStep(at)) yield
  }
  return found
}

/** A ReplicaSet is a Deployment's, by what kube-state-metrics says or by the hash at the end of its name. */
function ownerOf(
  owner: Labels | undefined,
  sets: Index,
  cluster: string,
  namespace: string,
): { kind: string; name: string } {
  const kind = owner?.owner_kind ?? ''
  const name = owner?.owner_name ?? ''
  if (kind === '' || kind === '<none>') return { kind: '', name: '' }
  if (kind !== 'ReplicaSet') return { kind, name }
  const set = sets.get(keyOf(cluster, namespace, name))
  if (set?.owner_kind && set.owner_kind !== '<none>')
    return { kind: set.owner_kind, name: set.owner_name ?? '' }
  const stem = /^(.+)-[bcdfghjklmnpqrstvwxz2456789]{6,10}$/.exec(name)?.[1]
  return stem ? { kind: 'Deployment', name: stem } : { kind, name }
}

function first(labels: Readonly<Record<string, string>>, names: readonly string[]): string {
  for (const name of names) {
    const value = Object.hasOwn(labels, name) ? labels[name] : ''
    if (value) return value
  }
  return ''
}
