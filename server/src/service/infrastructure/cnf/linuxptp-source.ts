import type { Clock } from '../../../kernel/clock.ts'
import { isFault } from '../../../kernel/fault.ts'
import { eachOf } from '../../../kernel/semaphore.ts'
import type { ClusterApi } from '../../../port/cluster-api.ts'
import type { ClusterInventory, Sample } from '../index.ts'
import { LinuxptpLog, lineMax } from './linuxptp-log.ts'
import { ptp } from './names.ts'
import { nodeOf } from './series.ts'

export type LinuxptpSourceLimits = { nodesMax: number }

type DaemonPod = { namespace: string; name: string; node: string }
type NodeLog = { log: LinuxptpLog; readMs: number }

const bytesMax = 1 << 20
const linesMax = 5_000
const parallelMax = 8
/** How far back the first reading looks, for the last change of each port. */
const firstReadMs = 600_000
/** Clusters' clocks and ours differ; lines read twice say the same twice. */
const overlapMs = 5_000
/** For how long a clock is believed that has said nothing more. */
const silenceMs = 300_000
const restMs = 600_000
const container = 'linuxptp-daemon-container'

/** Clocks of nodes of which no exporter tells, from the logs of the linuxptp daemons there. Node by node: one that fails disturbs no other. */
export class LinuxptpSource {
  readonly #clock: Pick<Clock, 'now'>
  readonly #limits: LinuxptpSourceLimits
  readonly #nodes = new Map<string, NodeLog>()
  /** Until when logs are not asked for, as they were refused. */
  #restsUntilMs = 0

  constructor(clock: Pick<Clock, 'now'>, limits: LinuxptpSourceLimits) {
    this.#clock = clock
    this.#limits = limits
  }

  async collect(
    api: ClusterApi,
    inventory: ClusterInventory,
    told: readonly Sample[],
    signal: AbortSignal,
  ): Promise<Sample[]> {
    const nowMs = this.#clock.now()
    const pods = nowMs < this.#restsUntilMs ? [] : this.#podsToAsk(inventory, told)
    const nodes = new Set(pods.map(({ node }) => node))
    for (const node of this.#nodes.keys()) if (!nodes.has(node)) this.#nodes.delete(node)
    await eachOf(pods, parallelMax, async (pod) => {
      if (signal.aborted) return
      try {
        await this.#read(api, pod, nowMs, signal)
      } catch (error) {
        if (!isFault(error) && !signal.aborted) throw error
        if (isFault(error) && error.status === 403) this.#restsUntilMs = nowMs + restMs
      }
    })
    return [...this.#nodes.values()].flatMap(({ log }) => log.samples(nowMs - silenceMs))
  }

  #podsToAsk({ pods }: ClusterInventory, told: readonly Sample[]): DaemonPod[] {
    const daemons = pods.filter(
      ({ labels, name, phase, node }) =>
        phase === 'Running' &&
        node &&
        (labels.app === 'linuxptp-daemon' || name.startsWith('linuxptp-daemon-')),
    )
    if (daemons.length === 0) return []
    const known = new Set<string>()
    for (const { labels } of told) if (labels.__name__ === ptp.state) known.add(nodeOf(labels))
    return daemons.filter(({ node }) => !known.has(node)).slice(0, this.#limits.nodesMax)
  }

  async #read(api: ClusterApi, pod: DaemonPod, nowMs: number, signal: AbortSignal): Promise<void> {
    const known = this.#nodes.get(pod.node) ?? { log: new LinuxptpLog(pod.node), readMs: nowMs - firstReadMs }
    const lines = await api.logs({
      ...{ namespace: pod.namespace, pod: pod.name, container, signal },
      ...{ tailLines: linesMax, limitBytes: bytesMax },
      sinceTime: new Date(known.readMs - overlapMs).toISOString(),
    })
    let rest = ''
    let bytes = 0
    const decoder = new TextDecoder()
    for await (const chunk of lines) {
      bytes += chunk.byteLength
      // What sends more than it was asked for is cut off.
      if (bytes > bytesMax + 65_536) break
      const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n')
      // A line without end is no line of linuxptp’s; its beginning is kept to tell that it was too long.
      rest = (parts.pop() ?? '').slice(0, lineMax + 1)
      for (const line of parts) known.log.take(line, nowMs)
    }
    known.log.take(rest, nowMs)
    known.readMs = nowMs
    this.#nodes.set(pod.node, known)
  }
}
