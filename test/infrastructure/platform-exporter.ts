import type { Random } from '../../server/src/kernel/random.ts'
import { Exposition, happened } from './exposition.ts'

/** What kubelet, its cAdvisor and node_exporter tell of a node that carries network functions. */
export class PlatformNode {
  readonly name: string
  /** Pages of 2 MiB. */
  hugepages = 8192
  hugepagesUsed = 6144
  hugepagesReserved = 0
  hugepagesSurplus = 0
  pinningErrorsPerHour = 0
  admissionErrorsPerHour = 0
  /** Of the pinned container's CFS periods; it should have none, as it has no quota. */
  throttledShare = 0
  readonly #pinned: { namespace: string; pod: string; container: string }
  readonly #random: Random
  #pinning = { requests: 40, errors: 0 }
  #admission = { requests: 40, errors: 0 }
  #periods = 0
  #throttled = 0
  #otherPeriods = 0
  #otherThrottled = 0
  constructor(random: Random, name: string, pinned: { namespace: string; pod: string; container: string }) {
    this.#random = random
    this.name = name
    this.#pinned = pinned
  }
  step(seconds: number): void {
    const random = this.#random
    const hours = seconds / 3600
    const pinningErrors = happened(random, this.pinningErrorsPerHour * hours)
    const admissionErrors = happened(random, this.admissionErrorsPerHour * hours)
    const admitted = happened(random, 4 * hours)
    this.#pinning.requests += admitted + pinningErrors
    this.#pinning.errors += pinningErrors
    this.#admission.requests += admitted + admissionErrors
    this.#admission.errors += admissionErrors
    this.#periods += 10 * seconds
    this.#throttled += happened(random, 10 * seconds * this.throttledShare)
    // An ordinary container with a small quota is throttled now and then, and that is how quotas work.
    this.#otherPeriods += 10 * seconds
    this.#otherThrottled += happened(random, 0.4 * seconds)
  }
  kubelet(): string {
    const page = new Exposition({ sorted: true, go: true })
    const put = (name: string, help: string, value: number) =>
      page.family(name, 'counter', help).sample(name, value)
    put(
      'kubelet_cpu_manager_pinning_errors_total',
      '[ALPHA] The number of cpu core allocations which required pinning failed.',
      this.#pinning.errors,
    )
    put(
      'kubelet_cpu_manager_pinning_requests_total',
      '[ALPHA] The number of cpu core allocations which required pinning.',
      this.#pinning.requests,
    )
    put(
      'kubelet_topology_manager_admission_errors_total',
      '[ALPHA] The number of admission request failures where resources could not be aligned.',
      this.#admission.errors,
    )
    put(
      'kubelet_topology_manager_admission_requests_total',
      '[ALPHA] The number of admission requests where resources have to be aligned.',
      this.#admission.requests,
    )
    return page.text()
  }
  cadvisor(): string {
    const page = new Exposition({ sorted: true, go: true })
    const rows = [
      [this.#pinned, this.#periods, this.#throttled],
      [
        { namespace: 'monitoring', pod: `agent-${this.name}`, container: 'agent' },
        this.#otherPeriods,
        this.#otherThrottled,
      ],
    ] as const
    for (const [name, column] of [
      ['container_cpu_cfs_periods_total', 1],
      ['container_cpu_cfs_throttled_periods_total', 2],
    ] as const) {
      page.family(name, 'counter', 'Number of period intervals.')
      for (const row of rows)
        page.sample(name, row[column], {
          ...{
            id: `/kubepods.slice/${row[0].pod}`,
            image: 'registry.example/cnf:1',
            name: `${row[0].pod}-id`,
          },
          ...row[0],
        })
    }
    return page.text()
  }
  nodeExporter(): string {
    const page = new Exposition({ sorted: true, go: true })
    const free = Math.max(0, this.hugepages + this.hugepagesSurplus - this.hugepagesUsed)
    for (const [field, value] of [
      ['Free', free],
      ['Rsvd', this.hugepagesReserved],
      ['Surp', this.hugepagesSurplus],
      ['Total', this.hugepages + this.hugepagesSurplus],
    ] as const) {
      const name = `node_memory_HugePages_${field}`
      page.family(name, 'gauge', `Memory information field HugePages_${field}.`).sample(name, value)
    }
    page
      .family('node_memory_Hugepagesize_bytes', 'gauge', 'Memory information field Hugepagesize_bytes.')
      .sample('node_memory_Hugepagesize_bytes', 2_097_152)
    return page.text()
  }
}
