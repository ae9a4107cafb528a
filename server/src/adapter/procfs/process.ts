import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { basename } from 'node:path'
import type { HostReading } from '../../port/host-probe.ts'
import { TICKS_PER_SECOND } from './cpu.ts'
import { gauge } from './reading.ts'

const TOP = 10
/** A name stays this long after it was last among the busiest, so that its series has no holes. */
const KEPT_MS = 300_000
const KEPT_MAX = 20
/** A machine with more processes has only these looked at. */
const PROCESSES_MAX = 20_000

/** `kernel`: a kernel thread or a process that has ended; it has no memory and no executable. */
export type ProcessStat = { name: string; ticks: number; started: number; rssPages: number; kernel: boolean }
type Usage = { ticks: number; bytes: number }

/** /proc/[pid]/stat of all processes, summed by executable name: the busiest and what was busy lately. */
export class ProcessReader {
  readonly #root: string
  readonly #pageBytes: number
  #before = new Map<string, ProcessStat>()
  #beforeMs = 0
  /** Name to when it was last among the busiest. */
  readonly #kept = new Map<string, number>()

  constructor(root: string) {
    this.#root = root
    this.#pageBytes = pageBytes()
  }

  /** Times are of a clock that never goes back. The first call has nothing to compare with and gives the count alone. */
  read(nowMs: number, cores: number): HostReading[] {
    const stats = this.#readAll()
    const readings = [gauge('system.process.count', '{process}', stats.size)]
    const seconds = (nowMs - this.#beforeMs) / 1_000
    if (this.#before.size > 0 && seconds > 0) {
      const usage = usageByName(this.#before, stats, this.#pageBytes)
      for (const name of this.#watched(usage, nowMs)) {
        const { ticks, bytes } = usage.get(name) ?? { ticks: 0, bytes: 0 }
        const attributes = { 'process.executable.name': name }
        readings.push(
          gauge('process.cpu.utilization', '1', ticks / TICKS_PER_SECOND / seconds / cores, attributes),
        )
        readings.push(gauge('process.memory.usage', 'By', bytes, attributes))
      }
    }
    this.#before = stats
    this.#beforeMs = nowMs
    return readings
  }

  #watched(usage: ReadonlyMap<string, Usage>, nowMs: number): string[] {
    const busiest = [...usage].filter(([, { ticks }]) => ticks > 0).sort(([, a], [, b]) => b.ticks - a.ticks)
    for (const [name] of busiest.slice(0, TOP)) {
      this.#kept.delete(name)
      this.#kept.set(name, nowMs)
    }
    for (const [name, lastMs] of this.#kept) {
      if (nowMs - lastMs > KEPT_MS || !usage.has(name) || this.#kept.size > KEPT_MAX) this.#kept.delete(name)
    }
    return [...this.#kept.keys()]
  }

  #readAll(): Map<string, ProcessStat> {
    const stats = new Map<string, ProcessStat>()
    for (const entry of readdirSync(this.#root)) {
      if (stats.size >= PROCESSES_MAX) break
      if (!/^\d+$/.test(entry)) continue
      const stat = readStat(`${this.#root}/${entry}/stat`)
      if (!stat) continue
      const known = this.#before.get(entry)
      if (known?.started === stat.started) stat.name = known.name
      else if (!stat.kernel) stat.name = executableName(`${this.#root}/${entry}`) ?? stat.name
      stats.set(entry, stat)
    }
    return stats
  }
}

/** One line of /proc/[pid]/stat. The name is in parentheses and may itself hold any character. */
export function parseStat(text: string): ProcessStat | undefined {
  const open = text.indexOf('(')
  const close = text.lastIndexOf(')')
  if (open < 0 || close < open) return undefined
  const fields = text
    .slice(close + 2)
    .split(' ')
    .map(Number)
  // From field 3 on: utime 14, stime 15, starttime 22, vsize 23, rss 24.
  const [utime, stime, started, vsize, rssPages] = [
    fields[11],
    fields[12],
    fields[19],
    fields[20],
    fields[21],
  ]
  if (utime === undefined || stime === undefined || started === undefined || rssPages === undefined)
    return undefined
  return { name: text.slice(open + 1, close), ticks: utime + stime, started, rssPages, kernel: vsize === 0 }
}

/** Ticks since `before` and memory now. A process that began in between counts whole; one that ended counts no more. */
export function usageByName(
  before: ReadonlyMap<string, ProcessStat>,
  after: ReadonlyMap<string, ProcessStat>,
  pageSizeBytes: number,
): Map<string, Usage> {
  const usage = new Map<string, Usage>()
  for (const [pid, stat] of after) {
    if (stat.kernel) continue
    const known = before.get(pid)
    const ticks = stat.ticks - (known?.started === stat.started ? known.ticks : 0)
    const sum = usage.get(stat.name) ?? { ticks: 0, bytes: 0 }
    sum.ticks += Math.max(0, ticks)
    sum.bytes += stat.rssPages * pageSizeBytes
    usage.set(stat.name, sum)
  }
  return usage
}

/** The kernel's own name for a process is that of its main thread, which some programs change (Node: `MainThread`). */
function executableName(folder: string): string | undefined {
  try {
    return basename(readlinkSync(`${folder}/exe`).replace(/ \(deleted\)$/, ''))
  } catch {
    // Another user's: the command line is open to all, though a program may have rewritten it as a sentence.
  }
  try {
    const command = readFileSync(`${folder}/cmdline`, 'utf8').split('\0', 1)[0] ?? ''
    return /[\s:]/.test(command) || command === '' ? undefined : basename(command)
  } catch {
    return undefined
  }
}

function readStat(path: string): ProcessStat | undefined {
  try {
    return parseStat(readFileSync(path, 'utf8'))
  } catch {
    // It ended between the listing and now.
    return undefined
  }
}

/** Node does not tell the page size: it is what our own memory in bytes and in pages says, to the nearest power of two. */
function pageBytes(): number {
  try {
    const pages = Number(readFileSync('/proc/self/statm', 'utf8').split(' ')[1])
    const ratio = process.memoryUsage.rss() / pages
    return Number.isFinite(ratio) ? 2 ** Math.round(Math.log2(ratio)) : 4_096
  } catch {
    return 4_096
  }
}
