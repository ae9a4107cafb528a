import type { TenantId } from '@aiops/contract/model/tenant'
import type {
  AskedRange,
  LogBackend,
  RemoteAnswer,
  RemoteLogs,
  RemoteStream,
} from '../../../port/cluster-backend.ts'
import type { LogLine, Logql, LogqlAnswer } from '../logql/index.ts'
import { parseLogql } from '../logql/index.ts'

/** How far back an instant question for lines looks, as Loki does. */
const lookbackMs = 3_600_000

/** A tenant's own logs as one of the clusters: the same questions, answered in this process. */
export function localLogs(logql: Logql, tenant: TenantId): LogBackend {
  const names = async (range: AskedRange): Promise<Map<string, Set<string>>> => {
    const found = new Map<string, Set<string>>()
    for (const { labels } of await logql.streams(tenant, [], range))
      for (const [name, value] of Object.entries(labels))
        found.set(name, (found.get(name) ?? new Set()).add(value))
    return found
  }
  return {
    async instant(query, { timeMs, limit }, { signal }) {
      const abort = signal ? { signal } : {}
      if (parseLogql(query).node !== 'log')
        return answerOf(await logql.instant({ tenant, query, timeMs, ...abort }))
      const range = { startMs: timeMs - lookbackMs, endMs: timeMs, stepMs: 0, intervalMs: 0 }
      return answerOf(await logql.range({ ...range, tenant, query, limit, direction: 'BACKWARD', ...abort }))
    },
    range: async (query, range, { signal }) =>
      answerOf(await logql.range({ ...range, tenant, query, intervalMs: 0, ...(signal ? { signal } : {}) })),
    labelNames: async (range) => whole([...(await names(range)).keys()].sort()),
    labelValues: async (name, range) => whole([...((await names(range)).get(name) ?? [])].sort()),
  }
}

const whole = <T>(value: T): RemoteAnswer<T> => ({ value, warnings: [], infos: [], partial: false })

const answerOf = (answer: LogqlAnswer): RemoteAnswer<RemoteLogs> =>
  whole<RemoteLogs>(
    answer.type === 'streams' ? { type: 'streams', streams: streamsOf(answer.lines) } : answer.value,
  )

function streamsOf(lines: readonly LogLine[]): RemoteStream[] {
  const streams = new Map<string, RemoteStream>()
  for (const line of lines) {
    const { stream, metadata, parsed } = line.categories()
    const key = JSON.stringify(stream)
    const found = streams.get(key) ?? { labels: stream, lines: [] }
    streams.set(key, found)
    found.lines.push({
      // Microseconds are what the store keeps.
      timeNs: BigInt(Math.round(line.timeMs * 1_000)) * 1_000n,
      ...{ line: line.line, metadata: { ...metadata, ...parsed } },
    })
  }
  return [...streams.values()]
}
