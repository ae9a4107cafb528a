import { getLogPatterns } from './log/get-log-patterns.ts'
import { queryLogs } from './log/query-logs.ts'

export const logTools = { query_logs: queryLogs, get_log_patterns: getLogPatterns } as const
