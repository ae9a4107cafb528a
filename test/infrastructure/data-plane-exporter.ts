import type { Random } from '../../server/src/kernel/random.ts'
import { Exposition, happened, noise } from './exposition.ts'

export type VfOwner = { namespace: string; pod: string }

/** One virtual function of a network card, as the SR-IOV exporter counts it. */
export class VirtualFunction {
  readonly number: number
  readonly pciAddress: string
  owner: VfOwner | undefined
  packetsPerS: number
  rxDropShare = 0
  txDropShare = 0
  txErrorsPerS = 0
  rxPackets = 0
  txPackets = 0
  rxDropped = 0
  txDropped = 0
  txErrors = 0
  constructor(number: number, owner: VfOwner | undefined, packetsPerS: number) {
    this.number = number
    this.pciAddress = `0000:02:0a.${number}`
    this.owner = owner
    this.packetsPerS = owner ? packetsPerS : 0
  }
  step(random: Random, seconds: number): void {
    const packets = Math.max(0, Math.round(this.packetsPerS * seconds * (1 + noise(random, 0.04))))
    this.rxPackets += packets
    this.txPackets += Math.round(packets * 0.8)
    this.rxDropped += happened(random, packets * this.rxDropShare)
    this.txDropped += happened(random, packets * 0.8 * this.txDropShare)
    this.txErrors += happened(random, this.txErrorsPerS * seconds)
  }
}

/** The virtual functions of one node and its SR-IOV exporter; `cpus` are those pinned for the pods. */
export class SriovNode {
  readonly name: string
  readonly pf = 'ens785f2'
  numa = 0
  vfs: VirtualFunction[]
  cpus: { owner: VfOwner; cpu: number; numa: number }[] = []
  constructor(name: string, vfs: VirtualFunction[]) {
    this.name = name
    this.vfs = vfs
  }
  step(random: Random, seconds: number): void {
    for (const vf of this.vfs) vf.step(random, seconds)
  }
  text(): string {
    const page = new Exposition({ sorted: true, go: true })
    const counters = [
      ['rx_bytes', (vf: VirtualFunction) => vf.rxPackets * 830],
      ['rx_dropped', (vf: VirtualFunction) => vf.rxDropped],
      ['rx_packets', (vf: VirtualFunction) => vf.rxPackets],
      ['tx_bytes', (vf: VirtualFunction) => vf.txPackets * 910],
      ['tx_dropped', (vf: VirtualFunction) => vf.txDropped],
      ['tx_errors', (vf: VirtualFunction) => vf.txErrors],
      ['tx_packets', (vf: VirtualFunction) => vf.txPackets],
    ] as const
    page.family('sriov_kubepodcpu', 'gauge', 'pod_cpu')
    page.family('sriov_kubepoddevice', 'gauge', 'pod_device')
    for (const { owner, cpu, numa } of this.cpus)
      page.sample('sriov_kubepodcpu', 1, {
        ...{
          cpu_id: `cpu${cpu}`,
          numa_node: numa,
          container_id: `${owner.pod}-main`,
          uid: `uid-${owner.pod}`,
        },
        ...owner,
      })
    for (const { pciAddress, owner } of this.vfs)
      if (owner)
        page.sample('sriov_kubepoddevice', 1, {
          ...{ pciAddr: pciAddress, container: 'main', dev_type: 'openshift.io/fronthaul' },
          ...owner,
        })
    for (const [name, read] of counters) {
      page.family(`sriov_vf_${name}`, 'counter', `Statistic ${name} of a virtual function`)
      for (const vf of this.vfs)
        page.sample(`sriov_vf_${name}`, read(vf), {
          ...{ pciAddr: vf.pciAddress, pf: this.pf, vf: vf.number, numa_node: this.numa },
        })
    }
    return page.text()
  }
}

/** A polling data plane and DPDK's own exporter beside it. */
export class DpdkProcess {
  readonly pod: string
  packetsPerS: number
  /** Share of a core's cycles that the packets need; above 1 they are missed. */
  work = 0.45
  /** Packets for which no buffer was free. */
  nombufShare = 0
  rxErrorsPerS = 0
  txErrorsPerS = 0
  readonly #ports: string[]
  readonly #random: Random
  #cycles = 0
  #busy = 0
  #counts = { rx: 0, tx: 0, missed: 0, nombuf: 0, rxErrors: 0, txErrors: 0 }
  constructor(random: Random, pod: string, packetsPerS: number) {
    this.#random = random
    this.pod = pod
    this.packetsPerS = packetsPerS
    this.#ports = ['0000:02:0a.0', '0000:02:0a.1']
  }
  restart(): void {
    this.#cycles = 0
    this.#busy = 0
    this.#counts = { rx: 0, tx: 0, missed: 0, nombuf: 0, rxErrors: 0, txErrors: 0 }
  }
  step(seconds: number): void {
    const random = this.#random
    const offered = this.packetsPerS * seconds * (1 + noise(random, 0.03))
    const need = this.work * (1 + noise(random, 0.02))
    const taken = offered * Math.min(1, 1 / Math.max(need, 1e-9))
    const counts = this.#counts
    counts.missed += Math.round(offered - taken)
    counts.nombuf += happened(random, taken * this.nombufShare)
    counts.rx += Math.round(taken * (1 - this.nombufShare))
    counts.tx += Math.round(taken * 0.97 * (1 - this.nombufShare))
    counts.rxErrors += happened(random, this.rxErrorsPerS * seconds)
    counts.txErrors += happened(random, this.txErrorsPerS * seconds)
    this.#cycles += Math.round(2.4e9 * seconds)
    this.#busy += Math.round(2.4e9 * seconds * Math.min(0.995, need))
  }
  text(): string {
    const page = new Exposition({ between: ', ' })
    const put = (name: string, type: 'counter' | 'gauge', help: string, value: number, labels = {}) =>
      page.family(name, type, help).sample(name, value, labels)
    const { rx, tx, missed, nombuf, rxErrors, txErrors } = this.#counts
    const counters = [
      ['rx_packets', 'Number of successfully received packets.', rx],
      ['rx_bytes', 'Number of successfully received bytes.', rx * 740],
      ['rx_missed', 'Number of packets dropped by the HW because Rx queues are full.', missed],
      ['rx_nombuf', 'Number of Rx mbuf allocation failures.', nombuf],
      ['rx_errors', 'Number of erroneous received packets.', rxErrors],
      ['tx_packets', 'Number of successfully transmitted packets.', tx],
      ['tx_bytes', 'Number of successfully transmitted bytes.', tx * 740],
      ['tx_errors', 'Number of packet transmission failures.', txErrors],
    ] as const
    for (const [name, help, value] of counters)
      this.#ports.forEach((port, index) => {
        // Everything that goes wrong goes wrong at the first port.
        const shown = index === 0 ? value : /packets|bytes/.test(name) ? Math.floor(value * 0.6) : 0
        put(`dpdk_counters_${name}`, 'counter', help, shown, { port })
      })
    for (const cpu of [4, 5]) {
      put('dpdk_cpu_total_cycles', 'counter', 'Total number of CPU cycles.', this.#cycles, { cpu, numa: 0 })
      put('dpdk_cpu_busy_cycles', 'counter', 'Number of busy CPU cycles.', this.#busy, { cpu, numa: 0 })
    }
    put('dpdk_memory_total_bytes', 'gauge', 'The total size of reserved memory in bytes.', 4 * 2 ** 30)
    put('dpdk_memory_used_bytes', 'gauge', 'The currently used memory in bytes.', Math.round(2.6 * 2 ** 30))
    return page.text()
  }
}

/** Windows of the fronthaul (O-RAN WG4): packets of the radio that came too early, in time, too late. */
export class FronthaulPort {
  readonly pod: string
  lateShare = 0
  earlyShare = 0
  cut = false
  readonly #random: Random
  #counts = { onTime: 0, early: 0, late: 0 }
  constructor(random: Random, pod: string) {
    this.#random = random
    this.pod = pod
  }
  step(seconds: number): void {
    if (this.cut) return
    const packets = 28_000 * seconds * (1 + noise(this.#random, 0.01))
    const late = happened(this.#random, packets * this.lateShare)
    const early = happened(this.#random, packets * this.earlyShare)
    this.#counts.late += late
    this.#counts.early += early
    this.#counts.onTime += Math.max(0, Math.round(packets) - late - early)
  }
  text(): string {
    const page = new Exposition({ sorted: true, go: true })
    const { onTime, early, late } = this.#counts
    const counters = [
      ['oran_rx_on_time_total', 'Data packets received within the receive window', onTime],
      ['oran_rx_early_total', 'Data packets received before the receive window opened', early],
      ['oran_rx_late_total', 'Data packets received after the receive window closed', late],
      ['oran_rx_total', 'Data packets received', onTime + early + late],
    ] as const
    for (const [name, help, value] of counters)
      page.family(name, 'counter', help).sample(name, value, { interface: 'ens785f2', ru: 'ru-1' })
    return page.text()
  }
}
