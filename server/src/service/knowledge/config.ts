import { Duration, durationMs } from '@aiops/contract/model/time'
import { z } from 'zod'
import { type Freshness as FreshnessByOrigin, usualFreshness } from './evidence.ts'

const Freshness = Duration

export const KnowledgeConfig = z.object({
  topology_file: z
    .string()
    .optional()
    .describe('JSON or YAML file with entities and edges to know from the start; spans add to it.'),
  entities_max: z
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .default(50_000)
    .describe('Entities kept per tenant; further ones are refused and counted.'),
  edges_max: z
    .number()
    .int()
    .min(1)
    .max(4_000_000)
    .default(200_000)
    .describe('Edges kept per tenant; further ones are refused and counted.'),
  pairing_seconds: z
    .number()
    .min(1)
    .max(600)
    .default(30)
    .describe('How long a span waits for the other end of its call, which may come from another sender.'),
  pairing_spans_max: z
    .number()
    .int()
    .min(100)
    .max(1_000_000)
    .default(50_000)
    .describe('Spans of a tenant that may wait for their other end; the oldest give way.'),
  save_seconds: z
    .number()
    .min(1)
    .max(3_600)
    .default(5)
    .describe('At most this often a changed topology is written to the record store.'),
  changes_retention: Duration.default('30d').describe('How long changes are kept.'),
  changes_max: z
    .number()
    .int()
    .min(100)
    .max(10_000_000)
    .default(100_000)
    .describe('Changes kept per tenant; the oldest give way.'),
  neighbourhood_depth: z
    .number()
    .int()
    .min(1)
    .max(6)
    .default(3)
    .describe(
      'Distance up to which neighbourhoods are kept ready; farther ones are searched when asked for.',
    ),
  neighbourhood_mib: z
    .number()
    .int()
    .min(1)
    .max(4_096)
    .default(64)
    .describe('Memory for neighbourhoods that are kept ready, MiB per tenant; the oldest give way.'),
  freshness: z
    .object({
      spans: Freshness.default('1d').describe('Of what spans showed.'),
      mesh: Freshness.default('1h').describe('Of what metrics of a service mesh showed.'),
      flow: Freshness.default('1h').describe('Of what metrics of network flows showed.'),
      kubernetes: Freshness.default('0s').describe(
        'Of what a watched cluster said; it takes back what went.',
      ),
      file: Freshness.default('0s').describe('Of what a file said.'),
      api: Freshness.default('0s').describe('Of what was told over the API.'),
      backstage: Freshness.default('0s').describe('Of what a catalogue said.'),
      entities: Freshness.default('7d').describe('Of an entity that telemetry showed and no edge joins.'),
    })
    .prefault({})
    .describe(
      'How long an edge is believed that nobody has seen again, by who saw it; then it goes. 0s: until its source takes it back.',
    ),
  history_retention: Duration.default('30d').describe('How far back the topology can be asked for.'),
  history_max: z
    .number()
    .int()
    .min(1_000)
    .max(100_000_000)
    .default(1_000_000)
    .describe(
      'Pieces of the past kept per tenant, about 0.4 kB each; the oldest give way, and times before count as not kept.',
    ),
  history_seconds: z
    .number()
    .min(1)
    .max(3_600)
    .default(10)
    .describe('How often what changed in the topology is written to its past.'),
  metrics_seconds: z
    .number()
    .min(10)
    .max(3_600)
    .default(60)
    .describe('How often edges are learned from metrics of service meshes and network flows.'),
  metrics_series_max: z
    .number()
    .int()
    .min(0)
    .max(1_000_000)
    .default(20_000)
    .describe('Series of meshes and flows read per tenant each time; 0: none is.'),
})
export type KnowledgeConfig = z.infer<typeof KnowledgeConfig>

export function freshnessOf({ freshness: told }: KnowledgeConfig): FreshnessByOrigin {
  const { spans, mesh, flow, kubernetes, file, api, backstage } = told
  return {
    ...{ SPANS: durationMs(spans), MESH: durationMs(mesh), FLOW: durationMs(flow) },
    ...{ KUBERNETES: durationMs(kubernetes), FILE: durationMs(file), API: durationMs(api) },
    ...{ BACKSTAGE: durationMs(backstage), LABELS: usualFreshness.LABELS },
  }
}
