import type { Intent } from '@aiops/contract/model/answer'

const things: ReadonlySet<Intent> = new Set<Intent>([
  ...(['HEALTH', 'WHY', 'IS_INVOLVED', 'WHEN_STARTED', 'DEPENDENCIES', 'BLAST_RADIUS', 'OWNER'] as const),
  ...(['SHOW_INCIDENT', 'SHOW_LOGS', 'LOG_PATTERNS', 'TRACES', 'PLACEMENT', 'FORECAST'] as const),
  ...(['METRIC_VALUE', 'METRIC_COURSE', 'COMPARE', 'LIST_PODS', 'PENDING_PODS', 'IMAGE_PULLS'] as const),
])
const nothing: ReadonlySet<Intent> = new Set<Intent>([
  ...(['LIST_CLUSTERS', 'PRICES', 'DRIFT', 'POLICY', 'SHOW_TRACE', 'HELP', 'GREETING'] as const),
  ...(['REFUSED', 'ACT', 'UNKNOWN'] as const),
])

/** What an intent takes from the conversation where the question names nothing: THING the last one that was spoken of. */
export const aboutOfIntent = (intent: Intent): 'THING' | 'SCOPE' | 'NONE' =>
  things.has(intent) ? 'THING' : nothing.has(intent) ? 'NONE' : 'SCOPE'
