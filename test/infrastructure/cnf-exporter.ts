import type { Random } from '../../server/src/kernel/random.ts'
import type { ClusterInventory } from '../../server/src/service/infrastructure/index.ts'
import { CoreNetwork } from './core-exporter.ts'
import { DpdkProcess, FronthaulPort, SriovNode, VirtualFunction } from './data-plane-exporter.ts'
import { PlatformNode } from './platform-exporter.ts'
import { PtpNode } from './ptp-exporter.ts'
import type { Target } from './scrape.ts'

const ran = 'ran-du'
const core = 'open5gs'

/** Network functions of one cluster: a timing domain of a grandmaster and two DU nodes, their data plane, and a small 5G core. */
export class CnfSite {
  readonly timing: PtpNode[]
  readonly sriov: SriovNode[]
  readonly platforms: PlatformNode[]
  readonly vduPods: string[]
  readonly fronthaul: FronthaulPort[]
  readonly dpdk: DpdkProcess
  readonly core: CoreNetwork
  readonly upfPod: string
  readonly amfPod = 'open5gs-amf-7c9d8b6f5-x2k4q'
  readonly smfPod = 'open5gs-smf-6b7f9c8d4-q8w7e'
  constructor(random: Random) {
    const nodes = ['du-1', 'du-2']
    const holdoverS = 90 + Math.floor(random.next() * 240)
    const driftNsPerS = 0.8 + random.next() * 2
    this.timing = [
      new PtpNode(random, 'gm-1', { grandmaster: true, holdoverS: holdoverS * 2, driftNsPerS }),
      ...nodes.map((name) => new PtpNode(random, name, { holdoverS, driftNsPerS })),
    ]
    this.vduPods = nodes.map((_, index) => `vdu-${index}`)
    this.upfPod = 'upf-0'
    this.sriov = nodes.map((name, index) => {
      const owner = { namespace: ran, pod: this.vduPods[index] as string }
      const node = new SriovNode(
        name,
        [0, 1, 2, 3].map((vf) => new VirtualFunction(vf, vf < 2 ? owner : undefined, 60_000)),
      )
      node.cpus = [4, 5, 6, 7].map((cpu) => ({ owner, cpu, numa: 0 }))
      return node
    })
    this.platforms = nodes.map(
      (name, index) =>
        new PlatformNode(random, name, {
          ...{ namespace: ran, pod: this.vduPods[index] as string, container: 'du' },
        }),
    )
    this.fronthaul = this.vduPods.map((pod) => new FronthaulPort(random, pod))
    this.dpdk = new DpdkProcess(random, this.upfPod, 350_000)
    this.core = new CoreNetwork(random)
  }
  step(random: Random, seconds: number, nowS: number): void {
    for (const node of this.timing) node.step(seconds, nowS)
    for (const node of this.sriov) node.step(random, seconds)
    for (const node of this.platforms) node.step(seconds)
    for (const port of this.fronthaul) port.step(seconds)
    this.dpdk.step(seconds)
    this.core.step(seconds)
  }

  targets(): Target[] {
    const daemon = (job: string, namespace: string, node: string, port: number, text: string): Target => ({
      labels: { job, namespace, pod: `${job}-${node}`, container: job, instance: `${node}:${port}` },
      honourLabels: true,
      text,
    })
    const pod = (
      job: string,
      namespace: string,
      name: string,
      port: number,
      text: string | undefined,
    ): Target => ({
      labels: { job, namespace, pod: name, container: 'main', instance: `10.128.0.9:${port}` },
      honourLabels: false,
      text,
    })
    return [
      ...this.timing.map((node) => daemon('linuxptp-daemon', 'openshift-ptp', node.name, 9091, node.text())),
      ...this.sriov.map((node) =>
        withNode(daemon('sriov-metrics', 'monitoring', node.name, 9808, node.text()), node.name),
      ),
      ...this.platforms.flatMap((node) => [
        withNode(daemon('kubelet', 'kube-system', node.name, 10250, node.kubelet()), node.name),
        withNode(daemon('kubelet', 'kube-system', node.name, 10250, node.cadvisor()), node.name),
        withNode(daemon('node-exporter', 'monitoring', node.name, 9100, node.nodeExporter()), node.name),
      ]),
      ...this.fronthaul.map((port) => pod('vdu', ran, port.pod, 9200, port.text())),
      pod('dpdk', core, this.upfPod, 9876, this.dpdk.text()),
      pod('open5gs-amf', core, this.amfPod, 9090, this.core.amf()),
      pod('open5gs-smf', core, this.smfPod, 9090, this.core.smf()),
      pod('open5gs-upf', core, 'open5gs-upf-5f6d7c8b9-m3n4b', 9090, this.core.upf()),
    ]
  }

  inventory(): ClusterInventory {
    const node = (name: string) => ({
      ...{ name, labels: { 'kubernetes.io/hostname': name } },
      allocatable: { cpu: 60, memory: 2 ** 37, 'hugepages-2Mi': 2 ** 34, 'openshift.io/fronthaul': 4 },
    })
    const pod = (
      namespace: string,
      name: string,
      kind: string,
      owner: string,
      on: string,
      image: string,
    ) => ({
      ...{ namespace, name, uid: `uid-${name}`, node: on, labels: { 'app.kubernetes.io/name': owner } },
      ...{ owner: { kind, name: owner }, phase: 'Running', ready: true, qosClass: 'BestEffort' },
      ...{ requests: {} as Record<string, number>, images: [image], containerIds: [`${name}-id`] },
    })
    const pinned = (of: ReturnType<typeof pod>, requests: Record<string, number>) => ({
      ...of,
      ...{ qosClass: 'Guaranteed', requests },
    })
    const pinnedRequests = {
      cpu: 4,
      memory: 2 ** 34,
      'hugepages-2Mi': 12 * 2 ** 30,
      'openshift.io/fronthaul': 2,
    }
    return {
      nodes: [...this.timing.map(({ name }) => node(name))],
      pods: [
        ...this.vduPods.map((name, index) =>
          pinned(
            pod(ran, name, 'StatefulSet', 'vdu', this.platforms[index]?.name ?? '', 'registry.example/vdu:3'),
            pinnedRequests,
          ),
        ),
        pinned(pod(core, this.upfPod, 'StatefulSet', 'upf', 'gm-1', 'registry.example/upf-dpdk:3'), {
          cpu: 2,
        }),
        pod(core, this.amfPod, 'Deployment', 'open5gs-amf', 'gm-1', 'docker.io/openverso/open5gs:2.7'),
        pod(core, this.smfPod, 'Deployment', 'open5gs-smf', 'gm-1', 'docker.io/openverso/open5gs:2.7'),
        pod(
          core,
          'open5gs-upf-5f6d7c8b9-m3n4b',
          'Deployment',
          'open5gs-upf',
          'gm-1',
          'docker.io/openverso/open5gs:2.7',
        ),
      ],
    }
  }
}

const withNode = (target: Target, node: string): Target => ({
  ...target,
  labels: { ...target.labels, node },
})
