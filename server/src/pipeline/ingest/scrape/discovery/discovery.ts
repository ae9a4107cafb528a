import type { ScrapeJob } from '../scrape-document.ts'
import type { TargetGroup } from '../target.ts'
import { discoverFiles } from './file-discovery.ts'
import { discoverHttp } from './http-discovery.ts'
import { followKubernetes } from './kubernetes-discovery.ts'
import type { DiscoveryDeps, Following, FollowTold } from './target-group.ts'

/** One way to find targets. What was found last stays where it fails. */
export type Discovery =
  /** Asked again and again. */
  | { name: string; refreshMs: number; find(): Promise<TargetGroup[]> }
  /** Tells by itself, until stopped. */
  | { name: string; follow(told: FollowTold): Following }

/** All ways of a job, those with targets of their own first. */
export function discoveriesOf(job: ScrapeJob, deps: DiscoveryDeps): Discovery[] {
  const fixed: TargetGroup[] = job.static_configs.map(({ targets, labels }) => ({
    targets: targets.map((address) => ({ __address__: address })),
    labels,
  }))
  return [
    { name: 'static', refreshMs: Number.POSITIVE_INFINITY, find: async () => fixed },
    ...job.file_sd_configs.map((config) => ({
      name: 'file',
      refreshMs: config.refresh_interval,
      find: () => discoverFiles(config.files, job.document, deps),
    })),
    ...job.http_sd_configs.map((config) => ({
      name: 'http',
      refreshMs: config.refresh_interval,
      find: () => discoverHttp(config, job.document, deps),
    })),
    ...job.kubernetes_sd_configs.map((config) => ({
      name: 'kubernetes',
      follow: (told: FollowTold) => followKubernetes(config, job.document, deps, told),
    })),
  ]
}
