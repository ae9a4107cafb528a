import type { DpdkPort } from '@aiops/contract/model/cnf'
import { z } from 'zod'

/** Longest answer that is read; DPDK itself stops at 16 KiB a message. */
const textMax = 1024 * 1024

const Counter = z.number().nonnegative().nullish().catch(null)
const Stats = z.object({
  ipackets: Counter,
  opackets: Counter,
  imissed: Counter,
  ierrors: Counter,
  oerrors: Counter,
  rx_nombuf: Counter,
})
const Answer = z.object({ '/ethdev/stats': Stats })

/** Answer of DPDK's telemetry socket to `/ethdev/stats,PORT`; undefined where it is none. */
export function parseEthdevStats(text: string, port: string): DpdkPort | undefined {
  if (text.length > textMax) return undefined
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return undefined
  }
  const answer = Answer.safeParse(json)
  if (!answer.success) return undefined
  const stats = answer.data['/ethdev/stats']
  return {
    port,
    rx_packets: stats.ipackets ?? null,
    tx_packets: stats.opackets ?? null,
    rx_errors: stats.ierrors ?? null,
    tx_errors: stats.oerrors ?? null,
    rx_missed: stats.imissed ?? null,
    rx_nombuf: stats.rx_nombuf ?? null,
  }
}

/** Cycles of one polling thread of Open vSwitch since its counters were cleared. */
export type PmdThread = {
  core: number
  numaNode: number | null
  /** Cycles in which it found no packet. */
  idleCycles: number
  busyCycles: number
  /** Undefined where there were no cycles at all. */
  busyRatio: number | undefined
  received: number | null
  /** Packets whose upcall failed: they are gone. */
  lost: number | null
}

const threadLine = /^pmd thread numa_id (-?\d{1,4}) core_id (\d{1,5}):$/
const fieldLine = /^([a-z][a-z .]{0,60}):\s*(\d{1,20})(?:\s|$)/
const threadsMax = 4_096

/** `ovs-appctl dpif-netdev/pmd-stats-show`. The main thread is no polling one and left out. */
export function parsePmdStats(text: string): PmdThread[] {
  const threads: PmdThread[] = []
  let fields: Map<string, number> | undefined
  let place: { core: number; numaNode: number | null } | undefined
  const finish = () => {
    if (fields && place && threads.length < threadsMax) threads.push(threadOf(place, fields))
  }
  for (const raw of text.slice(0, textMax).split('\n')) {
    const line = raw.trim()
    const thread = threadLine.exec(line)
    if (thread || line === 'main thread:') {
      finish()
      const numa = Number(thread?.[1] ?? -1)
      place = thread ? { core: Number(thread[2]), numaNode: numa >= 0 ? numa : null } : undefined
      fields = new Map()
      continue
    }
    const field = fieldLine.exec(line)
    if (field && fields) fields.set(field[1] ?? '', Number(field[2]))
  }
  finish()
  return threads
}

function threadOf(
  place: { core: number; numaNode: number | null },
  fields: ReadonlyMap<string, number>,
): PmdThread {
  const busyCycles = fields.get('processing cycles') ?? 0
  const idleCycles = fields.get('idle cycles') ?? fields.get('polling cycles') ?? 0
  const all = busyCycles + idleCycles
  return {
    ...place,
    busyCycles,
    idleCycles,
    busyRatio: all > 0 ? busyCycles / all : undefined,
    received: fields.get('packets received') ?? null,
    lost: fields.get('miss with failed upcall') ?? fields.get('lost') ?? null,
  }
}
