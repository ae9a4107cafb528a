import { z } from 'zod'
import { Fault } from '../kernel/fault.ts'

const url = (schemes: readonly string[]) =>
  z.string().refine((value) => schemes.some((scheme) => value.startsWith(`${scheme}:`)), {
    message: `must begin with ${schemes.map((s) => `${s}:`).join(' or ')}`,
  })

/** Which technology stands behind each port, by URL scheme. */
export const AdapterConfig = z.object({
  telemetry: url(['sqlite']).default('sqlite:').describe('Metrics, logs, traces and the log before them.'),
  records: url(['sqlite']).default('sqlite:').describe('Incidents, alerts, runbook runs, audit log.'),
  bus: url(['memory']).default('memory:').describe('Events between stages.'),
})
export type AdapterConfig = z.infer<typeof AdapterConfig>

/** Adapters that live in one process: a role split off from the rest would not see what the others do. */
const privateSchemes = ['memory', 'sqlite']

/** Refuses a split role over a private adapter, naming the setting. */
export function checkShared(adapters: AdapterConfig): void {
  for (const [port, value] of Object.entries(adapters)) {
    const scheme = value.split(':')[0] ?? ''
    if (privateSchemes.includes(scheme)) {
      throw new Fault(
        'CONFIG_INVALID',
        `Roles can run apart only over stores they share, but adapters.${port} is ${value}, private to one process. Run all roles together, or set adapters.${port} to a shared one.`,
      )
    }
  }
}
