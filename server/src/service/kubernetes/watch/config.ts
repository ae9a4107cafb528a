import { durationMs } from '@aiops/contract/model/time'
import { z } from 'zod'

const duration = (fallback: string, minMs = 1) =>
  z
    .string()
    .default(fallback)
    .refine((text) => durationMs(text) >= minMs, `is no duration such as 30s or 5m, or under ${minMs} ms`)
const whole = (min: number, max: number, fallback: number) =>
  z.number().int().min(min).max(max).default(fallback)

export const LogFollowConfig = z.strictObject({
  containers_max: whole(0, 2_000, 50).describe(
    'Containers of a cluster whose logs are followed at once; 0 follows none. Those with trouble come first.',
  ),
  tail_lines: whole(1, 10_000, 200).describe(
    'Lines that are fetched of a container when its following begins.',
  ),
  line_bytes_max: whole(256, 262_144, 8_192).describe(
    'Longest line of a log that is kept; longer ones are cut.',
  ),
  check_interval: duration('10s', 1_000).describe(
    'How often it is decided anew which containers are followed.',
  ),
})
export type LogFollowConfig = z.infer<typeof LogFollowConfig>

export const KubernetesWatchConfig = z.strictObject({
  namespaces: z
    .array(z.string().regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/))
    .max(1_000)
    .default([])
    .describe(
      'Namespaces that are watched one by one in a cluster whose credentials may not read a kind in all of them. Empty: those that the credentials may list.',
    ),
  namespaces_max: whole(1, 1_000, 50).describe(
    'Most namespaces that are watched one by one: each costs a connection for each kind.',
  ),
  initial_list: z
    .enum(['auto', 'page', 'stream'])
    .default('auto')
    .describe(
      'How objects are first read: “page” by lists in pages, “stream” by a watch that begins with what there is (WatchList). “auto” streams from Kubernetes 1.32 on.',
    ),
  page_objects: whole(1, 500, 500).describe('Objects in a page of a list.'),
  lists_parallel_max: whole(1, 50, 3).describe('Lists of a cluster that are read at once.'),
  watch_timeout: duration('6m', 1_000).describe(
    'How long a watch is asked to last before it is taken up again, half as long again at most.',
  ),
  silence_max: duration('3m', 1_000).describe(
    'A watch that has bookmarks, some one a minute, and then says nothing for so long is taken up anew: its connection is dead.',
  ),
  relist_interval: duration('1h', 60_000).describe(
    'How often everything is listed anew although no watch broke, for what something in between may have lost.',
  ),
  denied_retry: duration('5m', 1_000).describe(
    'When a kind is asked for again that the credentials may not read, or that the cluster does not serve.',
  ),
  usage_interval: duration('30s', 15_000).describe(
    'How often metrics.k8s.io is asked what nodes and pods use, at least 15s.',
  ),
  logs: LogFollowConfig.prefault({}).describe('Whose logs are followed.'),
})
export type KubernetesWatchConfig = z.infer<typeof KubernetesWatchConfig>
