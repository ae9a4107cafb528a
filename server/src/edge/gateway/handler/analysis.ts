import type { Intelligence } from '../../../service/intelligence/index.ts'
import type { Handler } from '../handler-deps.ts'

/** Analyses on demand. */
export const analysisHandlers = ({
  analysis,
}: Pick<Intelligence, 'analysis'>): {
  [K in 'analyzeAnomaly' | 'analyzeRootCause' | 'explain']: Handler<K>
} => ({
  analyzeAnomaly: ({ body }, caller) => analysis.anomaly(caller, body),
  analyzeRootCause: ({ body }, caller) => analysis.rootCause(caller, body),
  explain: ({ body }, caller) => analysis.explain(caller, body),
})
