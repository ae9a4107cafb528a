import type { ScrapeJob } from '../scrape-document.ts'
import type { TargetGroup } from '../target.ts'
import { discoverFiles } from './file-discovery.ts'
import { discoverHttp } from './http-discovery.ts'
import { discoverKubernetes } from './kubernetes-discovery.ts'
import type { DiscoveryDeps } from './target-group.ts'

/** One way to find targets; asked again and again. What was found last stays where `find` throws. */
export type Discovery = {
  name: string
  refreshMs: number
  find(): Promise<TargetGroup[]>
}

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
      refreshMs: config.refresh_interval,
      find: () => discoverKubernetes(config, job.document, deps),
    })),
  ]
}
