import { isUtf8 } from 'node:buffer'
import type { Labels } from '@aiops/contract/model/label'
import { Fault, isFault } from '../../../kernel/fault.ts'
import type { StoredLog } from '../../../port/log-store.ts'
import { LabelSet, labelLimits } from '../label-set.ts'
import { severityOfLine } from '../log-level.ts'
import type { Attribute } from '../otlp/attribute.ts'
import { attributesOf, cut } from '../otlp/record.ts'
import type { EntryReader, ProtocolFactory, TenantScope } from '../protocol.ts'
import { Rejections } from '../rejection.ts'
import { readBatch } from './batch.ts'
import { parseMessage } from './message.ts'
import type { SyslogMessage } from './syslog-message.ts'
import { Zone } from './time.ts'

/** Syslog, RFC 5424 and RFC 3164: received on sockets, so nothing is received here; batches of messages are read. */
export const syslog: ProtocolFactory = () => ({ receivers: [], readers: { syslog: messageReader } })

/** OpenTelemetry's logs data model, appendix B: "critical" and "alert" are kinds of ERROR. */
const severities: readonly StoredLog['severity'][] = [
  'FATAL',
  'ERROR',
  'ERROR',
  'ERROR',
  'WARN',
  'INFO',
  'INFO',
  'DEBUG',
]
const severityNames = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug']
/** RFC 5424 §6.2.1, in the words of syslog.conf. */
const facilities = [
  ...['kern', 'user', 'mail', 'daemon', 'auth', 'syslog', 'lpr', 'news', 'uucp', 'cron', 'authpriv', 'ftp'],
  ...['ntp', 'audit', 'alert', 'clock'],
  ...['local0', 'local1', 'local2', 'local3', 'local4', 'local5', 'local6', 'local7'],
]

function messageReader({ config, records }: TenantScope): EntryReader {
  const limits = labelLimits(config)
  let zone = new Zone('UTC')
  return (body, { receivedMs }) => {
    const rejections = new Rejections()
    const logs: StoredLog[] = []
    /** One object for all messages of a stream. */
    const streams = new Map<string, Labels>()
    readBatch(body, (zoneName, peer, bytes) => {
      if (zone.name !== zoneName) zone = new Zone(zoneName)
      const text = textOf(bytes)
      if (text === '') return
      if (logs.length >= records.recordsMax)
        throw new Fault(
          'BODY_TOO_LARGE',
          `One batch may hold ${records.recordsMax} messages; this one holds more.`,
        )
      const message = parseMessage(text, receivedMs, zone)
      try {
        const labels = labelsOf(message, peer)
        const attributes = attributesOf([pairsOf(message, peer)], records)
        logs.push({
          timeMs: message.timeMs ?? receivedMs,
          severity: message.severity === null ? severityOfLine(text) : severities[message.severity]!,
          message: cut(message.text, attributes, records),
          labels,
          attributes,
          traceId: '',
          spanId: '',
        })
      } catch (error) {
        if (!isFault(error)) throw error
        rejections.add(error)
      }
    })
    return { logs, rejections }

    function labelsOf(message: SyslogMessage, peer: string): Labels {
      const host = message.host === '' ? peer : message.host
      const facility = message.facility === null ? '' : facilities[message.facility]!
      const key = `${host}\0${message.app}\0${facility}`
      const known = streams.get(key)
      if (known) return known
      const set = new LabelSet(limits)
      set.add('host.name', host)
      set.add('service.name', message.app)
      set.add('syslog.facility', facility)
      streams.set(key, set.labels)
      return set.labels
    }
  }
}

function pairsOf(message: SyslogMessage, peer: string): Attribute[] {
  const pairs: Attribute[] = []
  const put = (key: string, value: string): void => {
    if (value !== '') pairs.push({ key, value })
  }
  if (message.severity !== null) put('syslog.severity', severityNames[message.severity]!)
  put('syslog.procid', message.process)
  put('syslog.msgid', message.messageId)
  put('network.peer.address', peer)
  for (const [name, value] of message.structured) pairs.push({ key: `syslog.${name}`, value })
  return pairs
}

/** RFC 5424 §6.4 leaves the encoding open without a BOM: UTF-8 where it is that, else Latin-1. Newlines and NULs at the end go. */
function textOf(bytes: Buffer): string {
  let end = bytes.length
  while (end > 0 && (bytes[end - 1] === 0x0a || bytes[end - 1] === 0x0d || bytes[end - 1] === 0)) end -= 1
  const trimmed = bytes.subarray(0, end)
  return isUtf8(trimmed) ? trimmed.toString('utf8') : trimmed.toString('latin1')
}
