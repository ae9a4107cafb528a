import { alertmanager } from './alert/alertmanager.ts'
import { cloudEvents } from './alert/cloud-events.ts'
import { mapping } from './alert/mapping/mapping.ts'
import { pagerduty } from './alert/pagerduty.ts'
import { elasticsearch } from './elasticsearch/elasticsearch.ts'
import { exposition } from './exposition/exposition.ts'
import { host } from './host/host.ts'
import { loki } from './loki/loki.ts'
import { otlp } from './otlp/otlp.ts'
import { plain } from './plain/plain.ts'
import type { ProtocolFactory } from './protocol.ts'
import { remoteWrite } from './remote-write/protocol.ts'
import { records } from './rule/records.ts'
import { statsd } from './statsd/statsd.ts'
import { syslog } from './syslog/syslog.ts'
import { zipkin } from './zipkin/zipkin.ts'

/** Every protocol by its name in the metrics: a new one is one line here and a folder beside. */
export const protocols = {
  'remote-write': remoteWrite,
  otlp,
  alertmanager,
  pagerduty,
  cloudevents: cloudEvents,
  mapping,
  host,
  loki,
  syslog,
  zipkin,
  plain,
  statsd,
  elasticsearch,
  scrape: exposition,
  records,
} satisfies Record<string, ProtocolFactory>
export type ProtocolName = keyof typeof protocols | 'json' | 'rule' | 'pull' | 'copy'
