import { getTrace } from './trace/get-trace.ts'
import { searchTraces } from './trace/search-traces.ts'

export const traceTools = { search_traces: searchTraces, get_trace: getTrace } as const
