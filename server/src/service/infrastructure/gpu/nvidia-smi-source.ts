import type { GpuProcess } from '@aiops/contract/model/gpu'
import type { Clock } from '../../../kernel/clock.ts'
import { isFault } from '../../../kernel/fault.ts'
import { eachOf } from '../../../kernel/semaphore.ts'
import type { ClusterApi } from '../../../port/cluster-api.ts'
import type { ClusterInventory, Sample } from '../index.ts'
import { devicesOf } from './gpu-device.ts'
import {
  appFields,
  gpuFields,
  parseAppCsv,
  parseCudaVersion,
  parseGpuCsv,
  parseMigList,
  parseSmiXml,
  type SmiProcess,
} from './nvidia-smi.ts'
import { isGpuResource } from './placement.ts'
import { parseCgroups, podOfCgroup, podOfSoleUser } from './process-owner.ts'

/** Processes by the UUID of their GPU. */
export type SmiProcesses = ReadonlyMap<string, readonly GpuProcess[]>
export type SmiReading = { samples: Sample[]; processes: SmiProcesses }
export type SmiLimits = { timeoutMs: number; detailMs: number; nodesMax: number }

type DriverPod = { namespace: string; name: string; node: string }
type NodeState = { detailMs: number; detail: Sample[]; cudaVersion: string; cgroups: Map<number, string> }

const csvBytesMax = 1 << 20
const xmlBytesMax = 8 << 20
const permissionMs = 600_000
const parallelMax = 8
/** Pods that hold nvidia-smi, the driver's own first. With a driver of the host's, the toolkit brings it into the device plugin's. */
const driverPods = [/^nvidia-driver-daemonset/, /^nvidia-(device-plugin|dcgm)/, /^nvidia-container-toolkit/]

/**
 * GPUs of nodes of which no exporter tells, by running `nvidia-smi` in the pods that hold it: the CSV form at each reading, everything
 * once in `detailMs`. Node by node: one that does not answer is left out and disturbs no other.
 */
export class NvidiaSmiSource {
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #limits: SmiLimits
  readonly #nodes = new Map<string, NodeState>()
  readonly #permitted = new Map<string, { untilMs: number; allowed: boolean }>()

  constructor(clock: Pick<Clock, 'monotonic'>, limits: SmiLimits) {
    this.#clock = clock
    this.#limits = limits
  }

  /** Undefined where there is nothing to ask. */
  async collect(
    api: ClusterApi,
    inventory: ClusterInventory,
    told: readonly Sample[],
    signal: AbortSignal,
  ): Promise<SmiReading | undefined> {
    const pods = this.#podsToAsk(inventory, told)
    for (const node of this.#nodes.keys())
      if (!pods.some((pod) => pod.node === node)) this.#nodes.delete(node)
    if (pods.length === 0) return undefined
    const reading = { samples: [] as Sample[], processes: new Map<string, GpuProcess[]>() }
    await eachOf(pods, parallelMax, async (pod) => {
      if (signal.aborted) return
      try {
        if (await this.#mayExec(api, pod.namespace, signal))
          await this.#ask(api, pod, inventory, reading, signal)
      } catch (error) {
        // A node that does not answer is as one without GPUs: what it had is missed by the signatures.
        if (!isFault(error) && !signal.aborted) throw error
      }
    })
    return reading
  }

  #podsToAsk(inventory: ClusterInventory, told: readonly Sample[]): DriverPod[] {
    const nodes = new Set<string>()
    for (const { name, allocatable } of inventory.nodes)
      if (Object.entries(allocatable).some(([resource, count]) => count > 0 && isGpuResource(resource)))
        nodes.add(name)
    if (nodes.size === 0) return []
    for (const { node } of devicesOf(told, inventory)) nodes.delete(node)
    const best = new Map<string, { rank: number; pod: DriverPod }>()
    for (const { namespace, name, node, phase } of inventory.pods) {
      if (!nodes.has(node) || phase !== 'Running') continue
      const rank = driverPods.findIndex((pattern) => pattern.test(name))
      if (rank >= 0 && rank < (best.get(node)?.rank ?? driverPods.length))
        best.set(node, { rank, pod: { namespace, name, node } })
    }
    return [...best.values()].slice(0, this.#limits.nodesMax).map(({ pod }) => pod)
  }

  async #mayExec(api: ClusterApi, namespace: string, signal: AbortSignal): Promise<boolean> {
    const nowMs = this.#clock.monotonic()
    const known = this.#permitted.get(namespace)
    if (known && known.untilMs > nowMs) return known.allowed
    const ask = { verb: 'create', group: '', resource: 'pods', subresource: 'exec', namespace }
    const [allowed] = await api.allowed([ask], signal)
    // Where the API server does not say, the attempt will tell.
    this.#permitted.set(namespace, { untilMs: nowMs + permissionMs, allowed: allowed !== false })
    return allowed !== false
  }

  async #ask(
    api: ClusterApi,
    pod: DriverPod,
    inventory: ClusterInventory,
    reading: { samples: Sample[]; processes: Map<string, GpuProcess[]> },
    signal: AbortSignal,
  ): Promise<void> {
    const { node } = pod
    const state = this.#nodes.get(node) ?? {
      ...{ detailMs: Number.NEGATIVE_INFINITY, detail: [], cudaVersion: '', cgroups: new Map() },
    }
    const run = (command: readonly string[], bytesMax: number): Promise<string> =>
      this.#run(api, pod, command, bytesMax, signal)
    const quick = parseGpuCsv(
      await run(['nvidia-smi', `--query-gpu=${gpuFields.join(',')}`, format], csvBytesMax),
      node,
    )
    const apps = parseAppCsv(
      await run(['nvidia-smi', `--query-compute-apps=${appFields.join(',')}`, format], csvBytesMax),
    )
    const nowMs = this.#clock.monotonic()
    if (nowMs - state.detailMs >= this.#limits.detailMs) {
      const detail = parseSmiXml(await run(['nvidia-smi', '-q', '-x'], xmlBytesMax), node)
      state.detailMs = nowMs
      state.detail = detail ? await withProfiles(detail.samples, run) : []
      state.cudaVersion =
        detail?.cudaVersion ?? parseCudaVersion(await run(['nvidia-smi'], csvBytesMax)) ?? ''
    }
    this.#nodes.set(node, state)
    for (const sample of newestOf(quick, state.detail)) {
      if (state.cudaVersion) sample.labels.cuda_version = state.cudaVersion
      reading.samples.push(sample)
    }
    await lookUpCgroups(apps, state.cgroups, run)
    for (const process of apps) {
      const list = reading.processes.get(process.gpuUuid) ?? []
      list.push(processOf(process, state.cgroups, node, inventory))
      reading.processes.set(process.gpuUuid, list)
    }
  }

  async #run(
    api: ClusterApi,
    { namespace, name }: DriverPod,
    command: readonly string[],
    bytesMax: number,
    signal: AbortSignal,
  ): Promise<string> {
    const { timeoutMs } = this.#limits
    // The exit status is not asked: with one lost GPU it is not 0, and the others are told all the same.
    return (await api.exec({ namespace, pod: name, command, timeoutMs, bytesMax, signal })).stdout
  }
}

const format = '--format=csv,noheader,nounits'

/** Fresh values before those of the last whole look. */
function newestOf(quick: readonly Sample[], detail: readonly Sample[]): Sample[] {
  const fresh = new Set(quick.map(({ labels }) => `${labels.UUID} ${labels.__name__}`))
  const there = new Set(quick.map(({ labels }) => labels.UUID))
  const kept = detail.filter(
    ({ labels }) =>
      there.has(labels.UUID) &&
      (labels.GPU_I_ID !== undefined || !fresh.has(`${labels.UUID} ${labels.__name__}`)),
  )
  return [...quick, ...kept].map(({ labels, value }) => ({ labels: { ...labels }, value }))
}

/** `-q -x` does not tell the profiles of slices; `-L` does, in the same order. */
async function withProfiles(
  samples: Sample[],
  run: (command: readonly string[], bytesMax: number) => Promise<string>,
): Promise<Sample[]> {
  if (!samples.some(({ labels }) => labels.GPU_I_ID !== undefined)) return samples
  const profiles = new Map<string, string>()
  for (const { gpuUuid, device, profile } of parseMigList(await run(['nvidia-smi', '-L'], csvBytesMax)))
    profiles.set(`${gpuUuid} ${device}`, profile)
  for (const { labels } of samples) {
    const profile = profiles.get(`${labels.UUID} ${labels.mig_device}`)
    if (labels.GPU_I_ID !== undefined && profile) labels.GPU_I_PROFILE = profile
  }
  return samples
}

/** Control groups of processes that were not seen before; the driver's pods share the host's process numbers. */
async function lookUpCgroups(
  processes: readonly SmiProcess[],
  known: Map<number, string>,
  run: (command: readonly string[], bytesMax: number) => Promise<string>,
): Promise<void> {
  const there = new Set(processes.map(({ pid }) => pid))
  for (const pid of known.keys()) if (!there.has(pid)) known.delete(pid)
  const unknown = [...there].filter((pid) => !known.has(pid)).slice(0, 256)
  if (unknown.length === 0) return
  const command = `for p in ${unknown.join(' ')}; do echo "== $p"; cat /proc/$p/cgroup 2>/dev/null; done`
  const told = parseCgroups(await run(['sh', '-c', command], csvBytesMax))
  for (const pid of unknown) known.set(pid, told.get(pid) ?? '')
}

function processOf(
  { pid, name, usedMemoryMib, type }: SmiProcess,
  cgroups: ReadonlyMap<number, string>,
  node: string,
  inventory: ClusterInventory,
): GpuProcess {
  const pod = podOfCgroup(cgroups.get(pid) ?? '', inventory) ?? podOfSoleUser(node, inventory)
  return {
    ...{ pid, process_name: name, used_memory_mb: usedMemoryMib, type },
    ...{ namespace: pod?.namespace ?? null, pod: pod?.pod ?? null },
  }
}
