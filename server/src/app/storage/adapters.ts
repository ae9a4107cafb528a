import { z } from 'zod'
import { Fault } from '../../kernel/fault.ts'

/** A URL scheme alone, or an address with that scheme; never a password, for settings are shown. */
const url = (schemes: readonly string[]) =>
  z
    .string()
    .refine((value) => schemes.some((scheme) => value.startsWith(`${scheme}:`)), {
      message: `must begin with ${schemes.map((s) => `${s}:`).join(' or ')}`,
    })
    .refine((value) => !/\/\/[^/?]*@/.test(value), {
      message: 'must not hold a password: write ?user=NAME&secret=NAME_OF_A_SECRET',
    })
/** Empty: as `adapters.telemetry`. */
const part = (schemes: readonly string[]) => z.union([z.literal(''), url(['sqlite', ...schemes])]).default('')

/** Which technology stands behind each port, by URL scheme. */
export const AdapterConfig = z.object({
  telemetry: url(['sqlite'])
    .default('sqlite:')
    .describe(
      'Metrics, logs, traces and the log before them, where the four settings below say nothing else.',
    ),
  telemetry_log: part(['kafka']).describe(
    'The log before the stores: `kafka://HOST:9092,HOST:9092/TOPIC`; empty for `adapters.telemetry`.',
  ),
  metrics: part(['victoriametrics']).describe(
    'Metrics: `victoriametrics:http://HOST:8428`; empty for `adapters.telemetry`.',
  ),
  logs: part(['victorialogs', 'loki']).describe(
    'Log records: `victorialogs:http://HOST:9428` or `loki:http://HOST:3100`; empty for `adapters.telemetry`.',
  ),
  traces: part(['tempo']).describe('Spans: `tempo:http://HOST:3200`; empty for `adapters.telemetry`.'),
  records: url(['sqlite', 'postgres'])
    .default('sqlite:')
    .describe(
      'Incidents, alerts, runbook runs, audit log: `sqlite:`, in the data folder, or `postgres://HOST:5432/DATABASE?user=NAME&secret=NAME_OF_A_SECRET`.',
    ),
  secrets: url(['auto', 'file', 'kubernetes'])
    .default('auto:')
    .describe(
      'Master keys of stored credentials: `file:`, in the data folder; `kubernetes:NAME`, a Secret in the namespace of the pod, and then the sealed credentials of each cluster in a Secret `cluster-creds-ID` there. `auto:` is the Secret `aiops-master-keys` in a pod whose data folder has no keys, else the file.',
    ),
  bus: url(['memory']).default('memory:').describe('Events between stages.'),
})
export type AdapterConfig = z.infer<typeof AdapterConfig>

export type TelemetryPart = 'telemetry_log' | 'metrics' | 'logs' | 'traces'
const telemetryParts: readonly TelemetryPart[] = ['telemetry_log', 'metrics', 'logs', 'traces']
const isTelemetryPart = (name: string): name is TelemetryPart => telemetryParts.some((one) => one === name)

/** What stands behind a part of telemetry. */
export const adapterOf = (adapters: AdapterConfig, name: TelemetryPart): string =>
  adapters[name] || adapters.telemetry

/** The parts of telemetry that live on other machines. */
export const elsewhereOf = (adapters: AdapterConfig): TelemetryPart[] =>
  telemetryParts.filter((name) => !isEmbedded(adapterOf(adapters, name)))

export const isEmbedded = (value: string): boolean => value.startsWith('sqlite:')

/** Adapters that live in one process: a role split off from the rest would not see what the others do. */
const privateSchemes = ['memory', 'sqlite', 'file']

/** Refuses a split role over a private adapter, naming the setting. */
export function checkShared(adapters: AdapterConfig): void {
  for (const [name, value] of chosen(adapters)) {
    if (privateSchemes.includes(schemeOf(value))) {
      const setting = isTelemetryPart(name) && adapters[name] === '' ? 'telemetry' : name
      throw new Fault(
        'CONFIG_INVALID',
        `Roles can run apart only over stores they share, but adapters.${setting} is ${value}, private to one process. Run all roles together, or set adapters.${name} to a shared one.`,
      )
    }
  }
}

const portNames: Record<string, string> = {
  ...{ telemetry_log: 'TelemetryLog', metrics: 'MetricStore', logs: 'LogStore', traces: 'TraceStore' },
  ...{ records: 'RecordStore', secrets: 'SecretStore', bus: 'EventBus' },
}

/** For people: each port, the adapter behind it, and its address. */
export const describeAdapters = (adapters: AdapterConfig): { port: string; adapter: string; url: string }[] =>
  chosen(adapters).map(([name, value]) => ({
    ...{ port: portNames[name] ?? name, adapter: schemeOf(value), url: value },
  }))

const chosen = (adapters: AdapterConfig): [string, string][] =>
  Object.entries(adapters)
    .filter(([name]) => name !== 'telemetry')
    .map(([name, value]) => [name, isTelemetryPart(name) ? adapterOf(adapters, name) : value])

export const schemeOf = (value: string): string => value.split(':')[0] ?? ''
