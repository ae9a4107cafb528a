import type { HostReading } from '../../port/host-probe.ts'
import { counter } from './reading.ts'

/** diskstats counts in these, whatever the device's own sector size. */
const SECTOR_BYTES = 512
const DEVICES_MAX = 32
const skipped = /^(loop|ram|zram|fd|sr)\d/

/** /proc/diskstats: whole disks that were ever used; partitions would count the same bytes again. */
export function diskReadings(text: string): HostReading[] {
  const rows = text
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((row) => row.length >= 14)
  const names = rows.map((row) => row[2] ?? '')
  return rows
    .filter(
      (row) =>
        !skipped.test(row[2] ?? '') &&
        !isPartition(row[2] ?? '', names) &&
        row.slice(3).some((count) => count !== '0'),
    )
    .slice(0, DEVICES_MAX)
    .flatMap((row) => deviceReadings(row[2] ?? '', row.slice(3).map(Number)))
}

/** Columns: reads, merged, sectors, ms; writes, merged, sectors, ms; in flight, ms busy, … */
function deviceReadings(device: string, counts: number[]): HostReading[] {
  const [
    reads = 0,
    ,
    readSectors = 0,
    readMs = 0,
    writes = 0,
    ,
    writtenSectors = 0,
    writeMs = 0,
    ,
    busyMs = 0,
  ] = counts
  const side = (direction: string) => ({ 'system.device': device, 'disk.io.direction': direction })
  return [
    counter('system.disk.io', 'By', readSectors * SECTOR_BYTES, side('read')),
    counter('system.disk.io', 'By', writtenSectors * SECTOR_BYTES, side('write')),
    counter('system.disk.operations', '{operation}', reads, side('read')),
    counter('system.disk.operations', '{operation}', writes, side('write')),
    counter('system.disk.operation_time', 's', readMs / 1_000, side('read')),
    counter('system.disk.operation_time', 's', writeMs / 1_000, side('write')),
    counter('system.disk.io_time', 's', busyMs / 1_000, { 'system.device': device }),
  ]
}

/** `sda1` of `sda`, `nvme0n1p2` of `nvme0n1`. */
const isPartition = (name: string, names: readonly string[]): boolean =>
  names.some(
    (disk) =>
      disk !== name &&
      name.startsWith(disk) &&
      /^p?\d+$/.test(name.slice(disk.length)) &&
      (/\d$/.test(disk) ? name[disk.length] === 'p' : true),
  )
