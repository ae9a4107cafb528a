import { arch, availableParallelism, cpus, loadavg } from 'node:os'

/** What a figure was taken on: printed with every bench, because no figure means anything without it. */
export const machine = () => ({
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  cores: availableParallelism(),
  arch: arch(),
  node: process.version,
  load_average: loadavg().map((load) => Math.round(load * 100) / 100),
})

/** Seconds of CPU, user and system, that this process has used. */
export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}
