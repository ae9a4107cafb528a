import type { HostReading } from '../../port/host-probe.ts'
import { counter } from './reading.ts'

const INTERFACES_MAX = 32
/** Loopback, and the host's end of each container's cable, which comes and goes with it. */
const skipped = /^(lo$|veth)/

/** /proc/net/dev: per interface that was ever used, received and sent. */
export function networkReadings(text: string): HostReading[] {
  const rows = [...text.matchAll(/^\s*([^\s:|]+):\s*(.+)$/gm)].map(([, name = '', counts = '']) => ({
    name,
    counts: counts.trim().split(/\s+/).map(Number),
  }))
  return rows
    .filter(
      ({ name, counts }) => !skipped.test(name) && counts.length >= 12 && counts.some((count) => count > 0),
    )
    .slice(0, INTERFACES_MAX)
    .flatMap(({ name, counts }) => [
      ...side(name, 'receive', counts),
      ...side(name, 'transmit', counts.slice(8)),
    ])
}

/** Columns of either side: bytes, packets, errs, drop, … */
function side(
  name: string,
  direction: string,
  [bytes = 0, packets = 0, errors = 0, dropped = 0]: number[],
): HostReading[] {
  const attributes = { 'network.interface.name': name, 'network.io.direction': direction }
  return [
    counter('system.network.io', 'By', bytes, attributes),
    counter('system.network.packets', '{packet}', packets, attributes),
    counter('system.network.errors', '{error}', errors, attributes),
    counter('system.network.dropped', '{packet}', dropped, attributes),
  ]
}
