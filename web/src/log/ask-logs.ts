import { client } from '../shell/api.ts'
import type { LogAnswer } from './log-entry.ts'

export type LogQuestion = {
  query: string
  /** Ids; all that keep logs where empty. */
  clusters: readonly string[]
  /** RFC 3339; the start is part of the range, the end is not. */
  start: string
  end: string
  stepSeconds: number
  limit: number
  direction: 'BACKWARD' | 'FORWARD'
}

/** Lines or numbers by LogQL, of every cluster asked. */
export function askLogs({ clusters, start, end, stepSeconds, ...rest }: LogQuestion): Promise<LogAnswer> {
  return client.queryLogsRange({
    body: {
      ...{ ...rest, cluster_ids: [...clusters], start_time: start, end_time: end },
      step: `${stepSeconds}s`,
    },
  })
}
