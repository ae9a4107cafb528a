import { Fault } from '../../../../kernel/fault.ts'
import { parseJson } from '../../wire/body.ts'
import { accessOf } from '../http-access.ts'
import type { HttpSd } from '../scrape-document.ts'
import type { TargetGroup } from '../target.ts'
import { type DiscoveryDeps, groupsOf, TargetGroups } from './target-group.ts'

const timeoutMs = 30_000
const bytesMax = 32 * 1_048_576

/** `http_sd_configs` (https://prometheus.io/docs/prometheus/latest/http_sd/). */
export async function discoverHttp(
  config: HttpSd,
  document: string,
  deps: DiscoveryDeps,
): Promise<TargetGroup[]> {
  const { headers, tls } = await accessOf(config, document, deps)
  const answer = await deps.http.send({
    method: 'GET',
    url: config.url,
    headers: {
      accept: 'application/json',
      'x-prometheus-refresh-interval-seconds': String(config.refresh_interval / 1_000),
      ...headers,
    },
    timeoutMs,
    bytesMax,
    ...(tls ? { tls } : {}),
  })
  if (answer.status !== 200)
    throw new Fault('UPSTREAM_FAILED', `${config.url} answered with HTTP status ${answer.status}.`)
  const parsed = TargetGroups.safeParse(parseJson(answer.body))
  if (!parsed.success)
    throw new Fault('UPSTREAM_FAILED', `${config.url} answered with no list of target groups.`)
  return groupsOf(parsed.data, { __meta_url: config.url })
}
