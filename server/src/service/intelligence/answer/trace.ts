import type { Answerer } from './answerer.ts'
import { showTrace } from './trace/show-trace.ts'
import { traces } from './trace/traces.ts'

export const traceAnswerers: readonly Answerer[] = [traces, showTrace]
