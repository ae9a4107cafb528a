import { isFault, messageOf } from '../../kernel/fault.ts'
import type { CollectorConfig } from './config.ts'
import type { Collector, CollectorDeps, Listener, ListenerState } from './index.ts'
import { createOtlpGrpc } from './otlp-grpc/otlp-grpc.ts'
import { createStatsdTcp, createStatsdUdp } from './statsd/statsd.ts'
import { createSyslogTcp, createSyslogTls, createSyslogUdp } from './syslog/syslog.ts'

/** Every listener: a new one is a line here, a group in config.ts and a folder beside. Null where it is switched off. */
const table: readonly ((deps: CollectorDeps, config: CollectorConfig) => Listener | null)[] = [
  (deps, { otlp_grpc }) => (otlp_grpc.enabled ? createOtlpGrpc(deps, otlp_grpc) : null),
  (deps, { syslog }) => (syslog.udp.enabled ? createSyslogUdp(deps, syslog) : null),
  (deps, { syslog }) => (syslog.tcp.enabled ? createSyslogTcp(deps, syslog) : null),
  (deps, { syslog }) => (syslog.tls.enabled ? createSyslogTls(deps, syslog) : null),
  (deps, { statsd }) => (statsd.udp.enabled ? createStatsdUdp(deps, statsd) : null),
  (deps, { statsd }) => (statsd.tcp.enabled ? createStatsdTcp(deps, statsd) : null),
]

type Row = { listener: Listener; problem: string | null }

/** Starts each listener by itself: where one cannot have its address, the others run and its problem can be asked for. */
export function createCollector(deps: CollectorDeps, config: CollectorConfig): Collector {
  const rows: Row[] = table
    .map((create) => create(deps, config))
    .filter((listener) => listener !== null)
    .map((listener) => ({ listener, problem: null }))
  const started: Listener[] = []
  return {
    listeners: () =>
      rows.map(
        ({ listener, problem }): ListenerState => ({
          name: listener.name,
          address: listener.address,
          problem,
        }),
      ),
    async start() {
      for (const row of rows) {
        try {
          await row.listener.start()
          started.push(row.listener)
        } catch (error) {
          if (isFault(error) && error.code === 'CONFIG_INVALID') throw error
          row.problem = messageOf(error)
          deps.log.warn(
            { listener: row.listener.name, problem: row.problem },
            'a listener could not be opened; the rest runs',
          )
        }
      }
    },
    async stop() {
      for (const listener of started.splice(0).reverse()) await listener.stop()
    },
  }
}
