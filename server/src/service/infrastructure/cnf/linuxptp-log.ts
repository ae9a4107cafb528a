import type { Sample } from '../index.ts'
import { ptp } from './names.ts'
import { keyOf } from './series.ts'

/** A longer line is no line of linuxptp’s. */
export const lineMax = 1_024
const linesMax = 200_000
/** Clocks and ports of one node. */
const seriesMax = 1_024

/** What one line of ptp4l, phc2sys or ts2phc says. Offsets in nanoseconds, frequencies in parts per billion. */
export type LinuxptpLine = { process: string; config: string } & (
  | {
      type: 'OFFSET'
      /** Undefined where ptp4l does not name the port: the one that is a slave. */
      interface: string | undefined
      /** Of a summary, the root of the mean square. */
      offsetNs: number
      maxOffsetNs: number | undefined
      /** Of the servo; a summary does not say. */
      state: 'FREERUN' | 'LOCKED' | 'HOLDOVER' | undefined
      frequency: number | undefined
      delayNs: number | undefined
    }
  | { type: 'PORT'; port: string; interface: string | undefined; from: string; to: string; event: string }
)

const head =
  /(?:^|\s)(ptp4l|phc2sys|ts2phc)(?:\[\d{1,12}(?:[.]\d{1,9})?\])?:\s*(?:\[\d{1,12}[.]\d{1,9}\]:?\s*)?(?:\[([^\]\s]{1,128})\]\s*)?(?=\S)/
const offsetLine =
  /^(?:(\S{1,64})\s+)?(?:(?:master|phc|sys)\s+|(?:nmea_status|gnss_status)\s+\d\s+)?offset\s+([+-]?\d{1,18})\s+s(\d)(?:\s+freq\s+([+-]?\d{1,12}))?(?:\s+(?:path\s+)?delay\s+([+-]?\d{1,18}))?(\s+holdover)?/
const summaryLine =
  /^(?:(\S{1,64})\s+)?rms\s+(\d{1,18})\s+max\s+(\d{1,18})\s+freq\s+([+-]?\d{1,12})\s+\+\/-\s*\d{1,12}(?:\s+delay\s+([+-]?\d{1,18}))?/
const portLine =
  /^port\s+(\d{1,5})(?:\s+\(([^)\s]{1,64})\))?:\s+([A-Z_]{1,32})\s+to\s+([A-Z_]{1,32})(?:\s+on\s+([A-Z_]{1,64}))?/

/** One line, as linuxptp prints it on its own, to syslog, or under a supervisor that adds its configuration's name; undefined for others. */
export function parseLinuxptpLine(line: string): LinuxptpLine | undefined {
  if (line.length > lineMax) return undefined
  const start = head.exec(line)
  if (!start) return undefined
  const process = start[1] ?? ''
  const config = (start[2] ?? '').replace(/:\d+$/, '')
  const rest = line.slice(start.index + start[0].length)
  const offset = offsetLine.exec(rest)
  if (offset) {
    return {
      ...{ type: 'OFFSET', process, config },
      interface: interfaceIn(offset[1]),
      offsetNs: Number(offset[2]),
      maxOffsetNs: undefined,
      // linuxptp's servo: 0 unlocked, 1 about to step, 2 locked, 3 locked and stable.
      state: offset[6] ? 'HOLDOVER' : Number(offset[3]) >= 2 ? 'LOCKED' : 'FREERUN',
      frequency: numberIn(offset[4]),
      delayNs: numberIn(offset[5]),
    }
  }
  const summary = summaryLine.exec(rest)
  if (summary) {
    return {
      ...{ type: 'OFFSET', process, config },
      interface: interfaceIn(summary[1]),
      offsetNs: Number(summary[2]),
      maxOffsetNs: Number(summary[3]),
      state: undefined,
      frequency: numberIn(summary[4]),
      delayNs: numberIn(summary[5]),
    }
  }
  const port = portLine.exec(rest)
  if (!port) return undefined
  const [, number = '', name, from = '', to = '', event = ''] = port
  return { type: 'PORT', process, config, port: number, interface: name, from, to, event }
}

const roleValues: Readonly<Record<string, number>> = {
  PASSIVE: 0,
  SLAVE: 1,
  UNCALIBRATED: 5,
  MASTER: 2,
  GRAND_MASTER: 2,
  PRE_MASTER: 2,
  FAULTY: 3,
  DISABLED: 4,
  INITIALIZING: 4,
  LISTENING: 5,
}

/**
 * What the log of a node's linuxptp said last of each clock, in the words of linuxptp-daemon's exporter, so that whatever reads that
 * reads this. Losing the slave port is a holdover until the servo speaks again.
 */
export class LinuxptpLog {
  readonly #node: string
  readonly #last = new Map<string, { sample: Sample; atMs: number }>()
  /** The slave port of each configuration, for lines that do not name it. */
  readonly #slaves = new Map<string, string>()

  constructor(node: string) {
    this.#node = node
  }

  take(line: string, atMs: number): void {
    const said = parseLinuxptpLine(line)
    if (said?.type === 'OFFSET') this.#offset(said, atMs)
    else if (said) this.#port(said, atMs)
  }

  /** Of ports, which speak only when they change, whatever was said last; of clocks what was said since. */
  samples(sinceMs = Number.NEGATIVE_INFINITY): Sample[] {
    return [...this.#last.values()]
      .filter(({ sample, atMs }) => atMs >= sinceMs || sample.labels.__name__ === ptp.role)
      .map(({ sample }) => sample)
  }

  #offset(said: Extract<LinuxptpLine, { type: 'OFFSET' }>, atMs: number): void {
    const { process } = said
    const iface = said.interface ?? this.#slaves.get(said.config) ?? 'master'
    const from = { from: process === 'phc2sys' ? 'phc' : 'master', iface }
    this.#put(ptp.offset, process, from, said.offsetNs, atMs)
    this.#put(ptp.maxOffset, process, from, said.maxOffsetNs, atMs)
    this.#put(ptp.frequency, process, from, said.frequency, atMs)
    this.#put(ptp.delay, process, from, said.delayNs, atMs)
    const state = said.state && { FREERUN: 0, LOCKED: 1, HOLDOVER: 2 }[said.state]
    this.#put(ptp.state, process, { iface }, state, atMs)
  }

  #port(said: Extract<LinuxptpLine, { type: 'PORT' }>, atMs: number): void {
    const { process, from, to, config } = said
    const iface = said.interface ?? `port ${said.port}`
    this.#put(ptp.role, process, { iface }, roleValues[to] ?? 4, atMs)
    if (to === 'SLAVE' && this.#slaves.size < seriesMax) this.#slaves.set(config, iface)
    if (from === 'SLAVE' && to !== 'SLAVE') this.#put(ptp.state, process, { iface }, 2, atMs)
  }

  #put(
    name: string,
    process: string,
    labels: Record<string, string>,
    value: number | undefined,
    atMs: number,
  ): void {
    if (value === undefined) return
    const key = keyOf(name, process, labels.iface ?? '')
    if (!this.#last.has(key) && this.#last.size >= seriesMax) return
    this.#last.set(key, {
      sample: { labels: { __name__: name, process, node: this.#node, ...labels }, value },
      atMs,
    })
  }
}

/** The same of a whole log. */
export function linuxptpSamples(lines: Iterable<string>, node: string): Sample[] {
  const log = new LinuxptpLog(node)
  let read = 0
  for (const line of lines) {
    if (++read > linesMax) break
    log.take(line, 0)
  }
  return log.samples()
}

const interfaceIn = (word: string | undefined): string | undefined => (word === 'master' ? undefined : word)

const numberIn = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : Number(text)
