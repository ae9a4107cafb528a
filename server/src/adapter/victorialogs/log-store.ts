import { Fault } from '../../kernel/fault.ts'
import { faultOf, Remote } from '../../kernel/remote.ts'
import type { LogQuery, LogStore } from '../../port/log-store.ts'
import {
  type LogServer,
  type NumberedLog,
  openRemoteLogStore,
  type RemoteLogDeps,
} from '../../port/remote-log-store.ts'
import type { Backlog } from '../../port/remote-store.ts'
import type { VictoriaLogsConfig } from './config.ts'
import { idField, labelField, lineOf, recordOf, tenantField, traceField } from './record-line.ts'

export type VictoriaLogsOptions = RemoteLogDeps & {
  url: string
  config: VictoriaLogsConfig
  headers?: () => Promise<Readonly<Record<string, string>>>
}

const answerBytesMax = 268_435_456
/** Nanoseconds since 1970 end in 2262 there. */
const lastMs = Date.UTC(2262, 0)

/**
 * Log records in a VictoriaLogs of one node, tenants told apart by a field of the stream. Differences from the port: a record longer
 * than the server's -insert.maxLineSizeBytes (256 KiB) is passed over by it; an attribute with an empty value is lost; old records go
 * by the server's -retentionPeriod, and it takes none that are older.
 */
export function openVictoriaLogStore(options: VictoriaLogsOptions): Promise<LogStore & Backlog> {
  const { config } = options
  const remote = new Remote({
    ...{ name: 'VictoriaLogs', url: options.url, timeoutMs: config.timeout_ms },
    ...(options.headers ? { headers: options.headers } : {}),
  })
  return openRemoteLogStore(
    options,
    {
      ...{ queueBytesMax: config.queue_bytes, batchBytesMax: config.batch_bytes },
      ...{ visibleMs: config.visible_ms, durableMs: config.durable_ms },
    },
    new VictoriaLogsServer(remote),
  )
}

/** docs.victoriametrics.com/victorialogs: data ingestion (JSON stream), querying, LogsQL. */
class VictoriaLogsServer implements LogServer {
  readonly #remote: Remote
  constructor(remote: Remote) {
    this.#remote = remote
  }
  get name(): string {
    return this.#remote.name
  }

  /** One request for each set of label names: which fields make the stream is said once for all lines. */
  async write(records: readonly NumberedLog[]): Promise<void> {
    const groups = new Map<string, string[]>()
    for (const item of records) {
      const fields = [tenantField, ...Object.keys(item.record.labels).map(labelField)].sort().join(',')
      const lines = groups.get(fields)
      if (lines) lines.push(lineOf(item))
      else groups.set(fields, [lineOf(item)])
    }
    for (const [fields, lines] of groups)
      await this.#remote.send('/insert/jsonline', {
        method: 'POST',
        query: new URLSearchParams({ _stream_fields: fields, _time_field: '_time', _msg_field: '_msg' }),
        headers: { 'content-type': 'application/stream+json' },
        body: lines.join('\n'),
      })
  }

  async search(query: LogQuery): Promise<NumberedLog[]> {
    const filters = [
      `${tenantField}:=${quoted(query.tenant)}`,
      `_time:[${timeOf(query.startMs)}, ${timeOf(query.endMs)}]`,
      ...Object.entries(query.labels).map(([name, value]) => `${quoted(labelField(name))}:=${quoted(value)}`),
      ...(query.traceId === '' ? [] : [`${traceField}:=${quoted(query.traceId)}`]),
      ...(query.contains === '' ? [] : [`_msg:~${quoted(escaped(query.contains))}`]),
    ]
    const found: NumberedLog[] = []
    for await (const line of this.#query(
      `${filters.join(' ')} | sort by (_time desc) limit ${query.limit}`,
    )) {
      const record = recordOf(line)
      if (record) found.push(record)
    }
    return found
  }

  async show(): Promise<boolean> {
    try {
      await this.#remote.send('/internal/force_flush')
      return true
    } catch {
      return false
    }
  }

  async count(sinceMs: number): Promise<number> {
    let count = 0
    const filter = `_time:[${timeOf(sinceMs)}, ${timeOf(lastMs)}] ${idField}:*`
    for await (const line of this.#query(`${filter} | stats count() records`))
      count = Number((JSON.parse(line) as { records?: string }).records ?? 0)
    return count
  }

  async *#query(query: string): AsyncIterable<string> {
    const body = new URLSearchParams({ query })
    try {
      yield* this.#remote.lines(
        '/select/logsql/query',
        { method: 'POST', body },
        answerBytesMax,
        `More than ${answerBytesMax} bytes of log records fit; narrow the search.`,
      )
    } catch (error) {
      if (error instanceof SyntaxError)
        throw new Fault('STORAGE_UNAVAILABLE', 'VictoriaLogs answered what is no answer of its interface.', {
          cause: error,
        })
      throw faultOf(error)
    }
  }
}

const quoted = (text: string): string => JSON.stringify(text)
const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
const timeOf = (ms: number): string => new Date(Math.min(Math.max(ms, 0), lastMs)).toISOString()
