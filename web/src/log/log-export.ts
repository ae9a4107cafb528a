import { cell } from '../query/export-text.ts'
import type { LogEntry } from './log-entry.ts'

/** One row a line (RFC 4180): time, cluster, level, the stream's labels, the message, what stands beside it. */
export const csvOfLogs = (entries: readonly LogEntry[]): string =>
  [
    ['time', 'cluster', 'level', 'stream', 'message', 'metadata'],
    ...entries.map(({ timestamp, cluster, level, stream, message, metadata }) => [
      ...[timestamp, cluster, level, JSON.stringify(stream), message, JSON.stringify(metadata)],
    ]),
  ]
    .map((row) => row.map(cell).join(','))
    .join('\r\n')
