import type { Answerer } from './answerer.ts'
import { logPatterns } from './log/log-patterns.ts'
import { showLogs } from './log/show-logs.ts'

export const logAnswerers: readonly Answerer[] = [showLogs, logPatterns]
