import { type Random, seededRandom } from '../../server/src/kernel/random.ts'
import type { ClusterInventory } from '../../server/src/service/infrastructure/index.ts'
import { CnfSite } from './cnf-exporter.ts'
import { pick } from './exposition.ts'
import type { GpuDevice, GpuModel, GpuOwner } from './gpu-device.ts'
import { GpuNode } from './gpu-exporter.ts'
import type { Target } from './scrape.ts'

export const stepS = 15

/** How far a story has come: seconds since its onset. */
export class Moment {
  readonly elapsedS: number
  constructor(elapsedS: number) {
    this.elapsedS = elapsedS
  }
  /** Whether `atS` is reached with this step, and was not before. */
  at(atS: number): boolean {
    return this.elapsedS >= atS && this.elapsedS - stepS < atS
  }
  /** From 0 to 1 between two times. */
  ramp(fromS: number, toS: number): number {
    return Math.min(1, Math.max(0, (this.elapsedS - fromS) / (toS - fromS)))
  }
  /** Every `everyS`, beginning with the onset. */
  each(everyS: number): boolean {
    return this.elapsedS % everyS < stepS
  }
}

export type WorldOptions = {
  areas: readonly ('GPU' | 'CNF')[]
  fields?: 'DEFAULT' | 'EXTENDED' | undefined
  models?: readonly GpuModel[] | undefined
}

/** One cluster with its exporters; what a seed decides is who is struck, by how much, and which habits the exporters have. */
export class World {
  readonly random: Random
  readonly gpuNodes: GpuNode[]
  readonly cnf: CnfSite | undefined
  /** The node and GPU that a fault strikes. */
  readonly node: GpuNode
  readonly gpu: GpuDevice
  /** Of the network functions' nodes, the one that is struck: 0 or 1. */
  readonly du: number
  /** How hard: about 1. */
  readonly severity: number
  nowS = 0
  readonly #honourLabels: boolean
  #job = 0
  constructor(seed: number, options: WorldOptions) {
    // Neighbouring seeds of the generator begin alike.
    this.random = seededRandom(seed * 7919 + 17)
    for (let i = 0; i < 3; i += 1) this.random.next()
    const { random } = this
    const fields = options.fields ?? pick(random, ['DEFAULT', 'EXTENDED'] as const)
    const habits = { fields, emptyPodLabels: random.next() < 0.5, driver: '550.90.07' }
    const named = options.areas.includes('GPU') ? ['gpu-node-a', 'gpu-node-b'] : ['gpu-node-a']
    const models = options.models ? { models: options.models } : {}
    const nodes = named.map((name) => new GpuNode(random, name, { ...habits, ...models }))
    this.node = pick(random, nodes)
    this.gpu = pick(random, this.node.gpus)
    this.gpuNodes = options.areas.includes('GPU') ? nodes : []
    for (const node of nodes)
      for (const gpu of node.gpus) {
        gpu.owner = this.newJob()
        gpu.demand = 0.7 + random.next() * 0.15
        gpu.memoryDemand = 0.45 + random.next() * 0.3
      }
    this.cnf = options.areas.includes('CNF') ? new CnfSite(random) : undefined
    this.du = random.next() < 0.5 ? 0 : 1
    this.severity = 0.9 + random.next() * 0.25
    this.#honourLabels = random.next() < 0.7
  }
  /** A pod that asks for a GPU. */
  newJob(): GpuOwner {
    this.#job += 1
    return { namespace: 'train', pod: `llm-${this.#job}-worker-0`, container: 'pytorch' }
  }
  step(): void {
    this.nowS += stepS
    for (const node of this.gpuNodes) node.step(stepS, this.nowS)
    this.cnf?.step(this.random, stepS, this.nowS)
  }

  targets(): Target[] {
    const gpu = this.gpuNodes.map((node, index) => ({
      labels: {
        ...{ job: 'nvidia-dcgm-exporter', namespace: 'gpu-operator', container: 'nvidia-dcgm-exporter' },
        ...{ pod: `nvidia-dcgm-exporter-${index}`, instance: `10.0.3.${index + 4}:9400` },
        ...{ service: 'nvidia-dcgm-exporter', endpoint: 'gpu-metrics' },
      },
      honourLabels: this.#honourLabels,
      text: node.exporterUp ? node.text() : undefined,
    }))
    return [...gpu, ...(this.cnf?.targets() ?? [])]
  }

  /** What the cluster's API says. */
  inventory(): ClusterInventory {
    const cnf = this.cnf?.inventory() ?? { nodes: [], pods: [] }
    const pods = this.gpuNodes.flatMap((node) => [
      exporterPod(node.name),
      ...node.gpus.flatMap((gpu) => (gpu.owner ? [jobPod(gpu.owner, node.name)] : [])),
    ])
    return {
      nodes: [
        ...this.gpuNodes.map(({ name, allocatable }) => ({
          ...{ name, labels: { 'kubernetes.io/hostname': name, 'nvidia.com/gpu.present': 'true' } },
          allocatable: { cpu: 96, memory: 2 ** 40, 'nvidia.com/gpu': allocatable },
        })),
        ...cnf.nodes,
      ],
      pods: [...pods, ...cnf.pods],
    }
  }
}

type Pod = ClusterInventory['pods'][number]

function jobPod({ namespace, pod }: GpuOwner, node: string): Pod {
  return {
    ...{ namespace, name: pod, uid: `uid-${pod}`, node, labels: {}, phase: 'Running', ready: true },
    ...{ owner: { kind: 'Job', name: pod.replace(/-worker-\d+$/, '') }, qosClass: 'Burstable' },
    ...{ requests: { cpu: 8, memory: 2 ** 36, 'nvidia.com/gpu': 1 }, images: ['registry.example/pytorch:2'] },
    containerIds: [`${pod}-id`],
  }
}
function exporterPod(node: string): Pod {
  const name = `nvidia-dcgm-exporter-${node}`
  return {
    ...{ namespace: 'gpu-operator', name, uid: `uid-${name}`, node, phase: 'Running', ready: true },
    ...{ labels: { app: 'nvidia-dcgm-exporter' }, qosClass: 'BestEffort', requests: {} },
    owner: { kind: 'DaemonSet', name: 'nvidia-dcgm-exporter' },
    ...{ images: ['nvcr.io/nvidia/k8s/dcgm-exporter:3.3.8'], containerIds: [`${name}-id`] },
  }
}
