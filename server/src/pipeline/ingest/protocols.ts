import { alertmanager } from './alert/alertmanager.ts'
import { host } from './host/host.ts'
import { loki } from './loki/loki.ts'
import { otlp } from './otlp/otlp.ts'
import type { ProtocolFactory } from './protocol.ts'
import { remoteWrite } from './remote-write/protocol.ts'
import { records } from './rule/records.ts'
import { syslog } from './syslog/syslog.ts'

/** Every protocol by its name in the metrics: a new one is one line here and a folder beside. */
export const protocols = {
  'remote-write': remoteWrite,
  otlp,
  alertmanager,
  host,
  loki,
  syslog,
  records,
} satisfies Record<string, ProtocolFactory>
export type ProtocolName = keyof typeof protocols | 'json' | 'rule'
