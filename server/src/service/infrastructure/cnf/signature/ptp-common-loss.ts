import type { ReadingHistory } from '../../signature/signature.ts'
import type { CnfConfig } from '../config.ts'
import { type PtpClock, rankOfClass } from '../ptp-clock.ts'
import { oncePerReading, type Series } from '../series.ts'
import { type PtpNode, ptpNodes, unlockedMs } from './ptp-scene.ts'

/** Nodes that lost what they follow at about the same time, when they are too many for it to be their own doing. */
export type CommonLoss = {
  nodes: Loss[]
  /** Nodes that follow a master at all. */
  all: number
  sinceMs: number
  /** They still follow their master, which has lost its own reference. */
  locked: boolean
}
type Loss = { node: string; heldMs: number; series: Series; text: string; locked: boolean }

const memory = new WeakMap<CnfConfig, (history: ReadingHistory) => CommonLoss | undefined>()

/** Computed once for each reading and configuration. */
export function commonLoss(history: ReadingHistory, config: CnfConfig): CommonLoss | undefined {
  let of = memory.get(config)
  if (!of) {
    of = oncePerReading((one) => findCommonLoss(one, config))
    memory.set(config, of)
  }
  return of(history)
}

function findCommonLoss(history: ReadingHistory, config: CnfConfig): CommonLoss | undefined {
  const followers = ptpNodes(history).filter(({ clocks }) => clocks.some(followsMaster))
  const lost = followers.flatMap((entry) => lossOf(history, entry) ?? [])
  const best = largestWithin(lost, config.ptp_grandmaster_spread_seconds * 1_000)
  const needed = Math.max(
    config.ptp_grandmaster_nodes_min,
    Math.ceil(config.ptp_grandmaster_share * followers.length),
  )
  // The last to lose it need not have waited as long as one node alone must.
  const waitMs = config.ptp_state_seconds * 1_000
  const nodes = best.filter(({ heldMs }) => heldMs >= waitMs / 2)
  const [first] = nodes
  if (nodes.length < needed || !first || first.heldMs < waitMs) return undefined
  const sinceMs = history.now.timeMs - first.heldMs
  return { nodes, all: followers.length, sinceMs, locked: nodes.every(({ locked }) => locked) }
}

function lossOf(history: ReadingHistory, entry: PtpNode): Loss | undefined {
  const { node, processes, ports, clocks, classes } = entry
  // A dead process or a broken port is the node's own fault.
  if (processes.some(({ process, running }) => process === 'ptp4l' && !running)) return undefined
  const hasSlave = ports.some(({ role }) => role === 'SLAVE')
  if (!hasSlave && ports.some(({ role }) => role === 'FAULTY')) return undefined
  const unlocked = clocks
    .filter(followsMaster)
    .flatMap((clock): Loss[] => {
      const heldMs = unlockedMs(history, clock)
      const text = `${clock.interface} is in ${clock.state}`
      return clock.stateSeries && heldMs > 0
        ? [{ node, heldMs, series: clock.stateSeries, text, locked: false }]
        : []
    })
    .sort((a, b) => b.heldMs - a.heldMs)
  if (unlocked[0]) return unlocked[0]
  const [series] = classes
  const heldMs = series ? history.heldMs(series, (value) => rankOfClass(value) > 0) : 0
  return series && heldMs > 0
    ? { node, heldMs, series, text: `clock class ${series.value}`, locked: true }
    : undefined
}

/** The largest group of losses that began within the spread, longest first. */
function largestWithin(losses: readonly Loss[], spreadMs: number): Loss[] {
  const sorted = losses.toSorted((a, b) => b.heldMs - a.heldMs)
  let [bestFrom, bestTo] = [0, 0]
  for (let from = 0, to = 0; from < sorted.length; from++) {
    while (to < sorted.length && sorted[from]!.heldMs - sorted[to]!.heldMs <= spreadMs) to++
    if (to - from > bestTo - bestFrom) [bestFrom, bestTo] = [from, to]
  }
  return sorted.slice(bestFrom, bestTo)
}

const followsMaster = ({ process }: PtpClock): boolean => process === 'ptp4l'
