import { Labels } from '@aiops/contract/model/label'
import { SeriesKind } from '@aiops/contract/model/series'
import { z } from 'zod'

/** What is known of one metric that exists: enough to write a query with it. */
export const MetricFact = z.object({
  name: z.string(),
  kind: SeriesKind,
  /** As the sender or the name says it; null where neither does. */
  unit: z.string().nullable(),
  help: z.string(),
  /** Of those that fit; of the clusters that were looked at. */
  series: z.number().int(),
  /** Names of the labels of one series. */
  labels: z.array(z.string()),
  /** Conditions that choose the thing asked about, the best first; empty where nothing was asked about. */
  entity_matchers: z.array(z.object({ label: z.string(), op: z.enum(['=', '=~']), value: z.string() })),
  /** Labels of one series. */
  example: Labels,
  cluster_ids: z.array(z.string()),
})
export type MetricFact = z.infer<typeof MetricFact>

/** Lower case with `_` between words, so that `http.server.request.duration:p95` and `http_server_request_duration_p95` read alike. */
export const plainName = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]+/g, '_')
