import type { OperationOutput } from '@aiops/contract/api/operation'
import type { query } from '@aiops/contract/api/query'
import type { LogRecord } from '@aiops/contract/model/log'

export type LogAnswer = OperationOutput<(typeof query)['queryLogsRange']>
type Labels = Readonly<Record<string, string>>

/** A line of a log as the page shows it, whatever it came by. */
export type LogEntry = {
  /** Empty where no cluster was told. */
  clusterId: string
  cluster: string
  /** As it came: RFC 3339, with nanoseconds where they are known. */
  timestamp: string
  level: LogRecord['severity']
  /** Labels that its stream is selected by. */
  stream: Labels
  /** False where the stream's labels came mixed with those of the line, as a tail gives them. */
  isStreamKnown: boolean
  message: string
  /** What stands beside the line or was taken out of it. */
  metadata: Labels
  traceId: string
}

export const entryOf = (line: LogAnswer['logs'][number], isStreamKnown = true): LogEntry => {
  const metadata = line.metadata ?? {}
  return {
    ...{ clusterId: line.cluster_id, cluster: line.cluster_name, timestamp: line.timestamp },
    isStreamKnown,
    ...{ stream: line.stream, message: line.message, metadata },
    level: levelOf(line.stream, metadata),
    traceId: traceOf(metadata) || traceOf(line.stream),
  }
}

export const entryOfRecord = (record: LogRecord): LogEntry => ({
  ...{ clusterId: '', cluster: '', timestamp: record.timestamp, level: record.severity },
  isStreamKnown: true,
  ...{ stream: record.labels, message: record.message, metadata: record.attributes },
  traceId: record.trace_id ?? '',
})

/** Labels that hold a level, the surest first; Loki writes `detected_level`. */
const levelLabels = ['detected_level', 'level', 'severity_text', 'severity'] as const

/** Words of the usual loggers. */
const words: Readonly<Record<string, LogRecord['severity']>> = {
  ...{ trace: 'TRACE', debug: 'DEBUG', info: 'INFO', information: 'INFO', notice: 'INFO' },
  ...{ warn: 'WARN', warning: 'WARN', error: 'ERROR', err: 'ERROR' },
  ...{ fatal: 'FATAL', critical: 'FATAL', crit: 'FATAL', alert: 'FATAL', emerg: 'FATAL' },
}

export function levelOf(...labels: Labels[]): LogRecord['severity'] {
  for (const name of levelLabels)
    for (const one of labels) {
      const word = Object.hasOwn(one, name) ? one[name]?.toLowerCase() : undefined
      if (word !== undefined && Object.hasOwn(words, word)) return words[word] ?? 'UNSPECIFIED'
    }
  return 'UNSPECIFIED'
}

const traceOf = (labels: Labels): string => {
  const found = ['trace_id', 'traceID', 'traceId'].find((name) => Object.hasOwn(labels, name))
  const id = (found === undefined ? '' : (labels[found] ?? '')).toLowerCase()
  return /^[0-9a-f]{16,32}$/.test(id) ? id : ''
}

/** Nanoseconds since 1970, for order and for telling lines apart. */
export function nanosecondsOf(timestamp: string): bigint {
  const found = /^(.*?:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/.exec(timestamp)
  const ms = found ? Date.parse(`${found[1]}${found[3]}`) : Number.NaN
  if (Number.isNaN(ms)) return 0n
  return BigInt(ms) * 1_000_000n + BigInt((found?.[2] ?? '').padEnd(9, '0'))
}

/** The reverse: RFC 3339 with nine digits. */
export const timestampOf = (nanoseconds: bigint): string => {
  const seconds = new Date(Number(nanoseconds / 1_000_000_000n) * 1_000).toISOString().slice(0, 19)
  return `${seconds}.${String(nanoseconds % 1_000_000_000n).padStart(9, '0')}Z`
}
