import { Fault } from '../../kernel/fault.ts'
import { faultOf, Remote } from '../../kernel/remote.ts'
import { pagesByTime } from '../../port/log-page.ts'
import type { LogQuery, LogScan, LogStore, LogStream, StreamQuery } from '../../port/log-store.ts'
import { streamLabelName } from '../../port/log-stream.ts'
import {
  type LogServer,
  type NumberedLog,
  openRemoteLogStore,
  type RemoteLogDeps,
} from '../../port/remote-log-store.ts'
import type { Backlog } from '../../port/remote-store.ts'
import type { VictoriaLogsConfig } from './config.ts'
import {
  idField,
  labelField,
  labelName,
  labelsIn,
  lineOf,
  recordOf,
  tenantField,
  traceField,
} from './record-line.ts'

export type VictoriaLogsOptions = RemoteLogDeps & {
  url: string
  config: VictoriaLogsConfig
  headers?: () => Promise<Readonly<Record<string, string>>>
}

const answerBytesMax = 268_435_456
const pageRecords = 5_000
const [countField, bytesField] = ['aiops_count', 'aiops_bytes']
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

  async *scan(query: LogScan): AsyncIterable<NumberedLog[]> {
    const filters = await this.#filters(query)
    if (!filters) return
    const order = query.direction === 'FORWARD' ? 'asc' : 'desc'
    const options = { limit: pageRecords, windowMs: Math.max(1, query.endMs - query.startMs + 1) }
    yield* pagesByTime(query, options, async ({ startMs, endMs, limit }) => {
      const found: NumberedLog[] = []
      const range = `_time:[${timeOf(startMs)}, ${timeOf(endMs)}]`
      const text = `${range} ${filters} | sort by (_time ${order}) limit ${limit}`
      for await (const line of this.#query(text)) {
        const record = recordOf(line)
        if (record) found.push(record)
      }
      return found
    })
  }

  async streams(query: StreamQuery): Promise<LogStream[]> {
    const names = await this.#streamFields(query)
    const filters = await this.#filters({ ...query, lines: [] }, names)
    if (!filters) return []
    const range = `_time:[${timeOf(query.startMs)}, ${timeOf(query.endMs)}]`
    const by = names.map(quoted).join(', ')
    const streams: LogStream[] = []
    for await (const line of this.#query(
      `${range} ${filters} | stats by (${by}) count() as ${countField}, sum_len(_msg) as ${bytesField}`,
    )) {
      const fields = JSON.parse(line) as Record<string, unknown>
      const [records, bytes] = [Number(fields[countField]), Number(fields[bytesField])]
      delete fields[countField]
      delete fields[bytesField]
      streams.push({ labels: labelsIn(fields), records, bytes })
    }
    return streams
  }

  /** Conditions as far as LogsQL can say them; undefined where no stream can fit. */
  async #filters(
    query: Pick<LogScan, 'tenant' | 'matchers' | 'lines' | 'startMs' | 'endMs'>,
    known?: readonly string[],
  ): Promise<string | undefined> {
    const filters = [`${tenantField}:=${quoted(query.tenant)}`]
    const names = query.matchers.length === 0 ? [] : (known ?? (await this.#streamFields(query)))
    for (const { name, op, value } of query.matchers) {
      const fields = names.filter((field) => streamLabelName(labelName(field) ?? '') === name)
      // No stream has it: the record's own labels are tested all the same.
      if (fields.length === 0 && op === '=' && value !== '') return undefined
      if (fields.length !== 1) continue
      const field = quoted(fields[0]!)
      const test = op.endsWith('~') ? `~${quoted(`^(?s:${value})$`)}` : `=${quoted(value)}`
      filters.push(`${op.startsWith('!') ? '!' : ''}${field}:${test}`)
    }
    for (const { text, present } of query.lines)
      filters.push(`${present ? '' : '!'}_msg:~${quoted(escaped(text))}`)
    return filters.join(' ')
  }

  /** Fields of the streams of a tenant, as they are called there. */
  async #streamFields({
    tenant,
    startMs,
    endMs,
  }: Pick<StreamQuery, 'tenant' | 'startMs' | 'endMs'>): Promise<string[]> {
    const query = `${tenantField}:=${quoted(tenant)} _time:[${timeOf(startMs)}, ${timeOf(endMs)}]`
    const body = new URLSearchParams({ query })
    try {
      const text = await this.#remote.text(
        '/select/logsql/stream_field_names',
        { method: 'POST', body },
        answerBytesMax,
        'There are too many names of labels.',
      )
      const { values } = JSON.parse(text) as { values: { value: string }[] }
      return values.map(({ value }) => value)
    } catch (error) {
      throw faultOf(error)
    }
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
