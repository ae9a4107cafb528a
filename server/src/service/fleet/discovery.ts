import { ClusterCapabilities } from '@aiops/contract/model/cluster'
import { z } from 'zod'
import { Fault } from '../../kernel/fault.ts'
import type { ClusterRecord } from '../../port/cluster-repository.ts'
import type { HttpClient } from '../../port/http-client.ts'
import type { TargetAccess } from './access.ts'

export type Discovered = { platform_version: string | null; capabilities: ClusterCapabilities }

const Version = z.looseObject({ gitVersion: z.string().max(200) })
const OpenshiftVersion = z.looseObject({
  status: z.looseObject({ desired: z.looseObject({ version: z.string().max(200) }) }),
})
const bytesMax = 1_048_576
/** Length of `platform_version`. */
const versionMax = 20

/**
 * Version and capabilities of a cluster as its API server tells them; what is a matter of configuration is taken from that.
 * Throws DISCOVERY_FAILED where the answer is none.
 */
export async function discover(
  http: HttpClient,
  cluster: ClusterRecord,
  access: TargetAccess,
  timeoutMs: number,
): Promise<Discovered> {
  const ask = async (path: string): Promise<{ status: number; json: unknown }> => {
    const { status, body } = await http.send({
      ...{ method: 'GET', url: `${cluster.api_server_url?.replace(/\/+$/, '')}${path}`, bytesMax, timeoutMs },
      headers: { accept: 'application/json', ...access.headers },
      ...(access.tls ? { tls: access.tls } : {}),
    })
    return { status, json: jsonOf(body) }
  }
  const { status, json } = await ask('/version')
  const version = Version.safeParse(json)
  if (status !== 200 || !version.success)
    throw new Fault(
      'DISCOVERY_FAILED',
      `The API server of ${cluster.name} does not tell its version (it answered ${status}).`,
    )
  const openshift =
    cluster.platform === 'KUBERNETES'
      ? undefined
      : OpenshiftVersion.safeParse((await ask('/apis/config.openshift.io/v1/clusterversions/version')).json)
          .data
  const found = openshift?.status.desired.version ?? version.data.gitVersion.replace(/^v/, '')
  return { platform_version: found.slice(0, versionMax), capabilities: capabilitiesOf(cluster) }
}

/** What was known besides stays; backends are those that have an address. */
export const capabilitiesOf = ({ capabilities, endpoints }: ClusterRecord): ClusterCapabilities => ({
  ...(capabilities ?? ClusterCapabilities.parse({})),
  has_prometheus: endpoints.prometheus_url !== undefined,
  has_tempo: endpoints.tempo_url !== undefined,
  has_loki: endpoints.loki_url !== undefined,
})

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}
