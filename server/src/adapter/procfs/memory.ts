import type { HostReading } from '../../port/host-probe.ts'
import { counter, gauge, numbersByName } from './reading.ts'

const KIBIBYTE = 1_024

/** /proc/meminfo: the states add up to the whole, as OpenTelemetry's conventions ask; swap as paging. */
export function memoryReadings(text: string): HostReading[] {
  const kib = numbersByName(text)
  const of = (name: string): number => (kib.get(name) ?? 0) * KIBIBYTE
  const total = of('MemTotal')
  if (total === 0) return []
  const free = of('MemFree')
  const buffers = of('Buffers')
  const cached = of('Cached') + of('SReclaimable')
  const states = { used: Math.max(0, total - free - buffers - cached), free, buffers, cached }
  const readings = [gauge('system.memory.limit', 'By', total)]
  for (const [state, bytes] of Object.entries(states)) {
    readings.push(gauge('system.memory.usage', 'By', bytes, { 'system.memory.state': state }))
    readings.push(gauge('system.memory.utilization', '1', bytes / total, { 'system.memory.state': state }))
  }
  if (kib.has('MemAvailable')) readings.push(gauge('system.linux.memory.available', 'By', of('MemAvailable')))
  return [...readings, ...swapReadings(of('SwapTotal'), of('SwapFree'))]
}

/** /proc/vmstat: faults and pages moved to and from swap, since boot. */
export function pagingReadings(text: string): HostReading[] {
  const counts = numbersByName(text)
  const { pgfault, pgmajfault, pswpin, pswpout } = Object.fromEntries(counts) as Record<
    string,
    number | undefined
  >
  const readings: HostReading[] = []
  if (pgfault !== undefined && pgmajfault !== undefined) {
    readings.push(
      counter('system.paging.faults', '{fault}', pgmajfault, { 'system.paging.fault.type': 'major' }),
    )
    readings.push(
      counter('system.paging.faults', '{fault}', pgfault - pgmajfault, {
        'system.paging.fault.type': 'minor',
      }),
    )
  }
  if (pswpin !== undefined)
    readings.push(
      counter('system.paging.operations', '{operation}', pswpin, { 'system.paging.direction': 'in' }),
    )
  if (pswpout !== undefined)
    readings.push(
      counter('system.paging.operations', '{operation}', pswpout, { 'system.paging.direction': 'out' }),
    )
  return readings
}

function swapReadings(total: number, free: number): HostReading[] {
  if (total === 0) return []
  return [
    gauge('system.paging.usage', 'By', total - free, { 'system.paging.state': 'used' }),
    gauge('system.paging.usage', 'By', free, { 'system.paging.state': 'free' }),
    gauge('system.paging.utilization', '1', (total - free) / total, { 'system.paging.state': 'used' }),
  ]
}
