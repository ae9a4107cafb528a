/** procfs: the machine's own figures, read from Linux' /proc (man 5 proc). */
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { type Clock, systemClock } from '../../kernel/clock.ts'
import type { HostProbe, HostReading } from '../../port/host-probe.ts'
import { CpuReader, loadReadings } from './cpu.ts'
import { diskReadings } from './disk.ts'
import { readFilesystems } from './filesystem.ts'
import { memoryReadings, pagingReadings } from './memory.ts'
import { networkReadings } from './network.ts'
import { ProcessReader } from './process.ts'

export type HostProbeOptions = {
  clock?: Clock
  /** Where procfs is mounted. */
  root?: string
  /** Processes and file systems change slowly and cost more: they are read this far apart. */
  processPeriodMs?: number
  filesystemPeriodMs?: number
}

/** null where there is no procfs, as on macOS and Windows: this machine cannot be observed. */
export function createHostProbe(options: HostProbeOptions = {}): HostProbe | null {
  const {
    clock = systemClock,
    root = '/proc',
    processPeriodMs = 5_000,
    filesystemPeriodMs = 10_000,
  } = options
  if (readText(`${root}/stat`) === undefined) return null
  const cpu = new CpuReader()
  const processes = new ProcessReader(root)
  let processesDueMs = Number.NEGATIVE_INFINITY
  let filesystemsDueMs = Number.NEGATIVE_INFINITY

  /** A file that is missing or not readable gives no readings; the others do. */
  const from = (file: string, read: (text: string) => HostReading[]): HostReading[] => {
    const text = readText(`${root}/${file}`)
    return text === undefined ? [] : read(text)
  }

  return {
    hostName: hostname(),
    async read() {
      const nowMs = clock.monotonic()
      const readings = [
        ...from('stat', (text) => cpu.read(text)),
        ...from('loadavg', loadReadings),
        ...from('meminfo', memoryReadings),
        ...from('vmstat', pagingReadings),
        ...from('diskstats', diskReadings),
        ...from('net/dev', networkReadings),
      ]
      if (nowMs >= processesDueMs) {
        processesDueMs = nowMs + processPeriodMs
        readings.push(...processes.read(nowMs, cpu.cores))
      }
      if (nowMs >= filesystemsDueMs) {
        filesystemsDueMs = nowMs + filesystemPeriodMs
        readings.push(...(await readFilesystems(readText(`${root}/self/mounts`) ?? '')))
      }
      return readings
    },
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
