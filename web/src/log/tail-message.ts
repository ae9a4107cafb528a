import { entryOf, type LogEntry, nanosecondsOf, timestampOf } from './log-entry.ts'

/** https://grafana.com/docs/loki/latest/reference/loki-http-api/#stream-logs */
export type TailMessage = {
  streams?: { stream: Record<string, string>; values: [nanoseconds: string, line: string][] }[] | null
  dropped_entries?: unknown[] | null
}

/** Lines of a message, oldest first, and how many were left out before them. */
export function tailLines({ streams, dropped_entries: dropped }: TailMessage): {
  lines: LogEntry[]
  dropped: number
} {
  const lines = (streams ?? []).flatMap(({ stream, values }) =>
    values.map(([nanoseconds, message]) =>
      entryOf(
        {
          ...{ cluster_id: '', cluster_name: '', stream, message },
          timestamp: timestampOf(BigInt(nanoseconds)),
        },
        false,
      ),
    ),
  )
  return { lines: inOrder(lines), dropped: dropped?.length ?? 0 }
}

export const inOrder = (entries: readonly LogEntry[]): LogEntry[] =>
  entries.toSorted((a, b) => {
    const [first, second] = [nanosecondsOf(a.timestamp), nanosecondsOf(b.timestamp)]
    return first === second ? 0 : first < second ? -1 : 1
  })
