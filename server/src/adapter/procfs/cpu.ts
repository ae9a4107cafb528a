import type { HostReading } from '../../port/host-probe.ts'
import { counter, gauge } from './reading.ts'

/** Kernel time is shown in these per second on every architecture (USER_HZ). */
export const TICKS_PER_SECOND = 100

const modes = ['user', 'nice', 'system', 'idle', 'iowait', 'interrupt', 'steal'] as const
type Mode = (typeof modes)[number]
type Ticks = Record<Mode, number>

/** /proc/stat: time by mode over all cores, and its share since the reading before. */
export class CpuReader {
  cores = 1
  #before: Ticks | undefined

  read(text: string): HostReading[] {
    this.cores = Math.max(1, text.match(/^cpu\d+ /gm)?.length ?? 1)
    const line = /^cpu +(.*)$/m.exec(text)?.[1]
    if (line === undefined) return []
    const ticks = ticksOf(line)
    const readings = modes.map((mode) =>
      counter('system.cpu.time', 's', ticks[mode] / TICKS_PER_SECOND, { 'cpu.mode': mode }),
    )
    if (this.#before) readings.push(...shares(this.#before, ticks))
    readings.push(gauge('system.cpu.logical.count', '{cpu}', this.cores))
    this.#before = ticks
    return readings
  }
}

/** /proc/loadavg. */
export function loadReadings(text: string): HostReading[] {
  const [one, five, fifteen] = text.split(' ').map(Number)
  const named: [string, number | undefined][] = [
    ['1m', one],
    ['5m', five],
    ['15m', fifteen],
  ]
  return named.flatMap(([span, load]) =>
    load === undefined || Number.isNaN(load)
      ? []
      : [gauge(`system.cpu.load_average.${span}`, '{thread}', load)],
  )
}

/** Columns: user nice system idle iowait irq softirq steal guest guest_nice; user and nice contain the guests'. */
function ticksOf(line: string): Ticks {
  const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] = line
    .trim()
    .split(/\s+/)
    .map(Number)
  return { user, nice, system, idle, iowait, interrupt: irq + softirq, steal }
}

/** Of all cores together, 0..1. The kernel's idle and iowait may step back a little; such a step counts as none. */
function shares(before: Ticks, after: Ticks): HostReading[] {
  const spent = modes.map((mode) => Math.max(0, after[mode] - before[mode]))
  const total = spent.reduce((sum, ticks) => sum + ticks, 0)
  if (total === 0) return []
  return modes.map((mode, at) =>
    gauge('system.cpu.utilization', '1', (spent[at] ?? 0) / total, { 'cpu.mode': mode }),
  )
}
