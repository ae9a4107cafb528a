import { cpus, loadavg, totalmem } from 'node:os'

/** What a figure was taken on: printed with every bench, because no figure means anything without it. */
export const machine = () => ({
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  cores: cpus().length,
  memory_gb: Math.round(totalmem() / 1_073_741_824),
  node: process.version,
  load_average: loadavg().map((load) => Math.round(load * 100) / 100),
})

/** Seconds of CPU, user and system, that this process has used. */
export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000_000
}
