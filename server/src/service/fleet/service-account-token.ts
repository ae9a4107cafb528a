import { z } from 'zod'
import { Fault } from '../../kernel/fault.ts'
import type { HttpClient } from '../../port/http-client.ts'
import type { TargetAccess } from './access.ts'

const TokenRequest = z.looseObject({ status: z.looseObject({ token: z.string().min(1).max(65_536) }) })

/** 30 days, where the old token does not say for how long it was given; the cluster may give less. */
const lifeSecondsDefault = 2_592_000
/** Kubernetes gives no token for less. */
const lifeSecondsMin = 600
const bytesMax = 262_144

/**
 * Asks a cluster for a new token of the service account that asks (TokenRequest of authentication.k8s.io/v1).
 * Throws CREDENTIALS_INVALID where it may not, CLUSTER_UNREACHABLE where nothing answers.
 */
export async function newServiceAccountToken(
  http: HttpClient,
  asked: {
    url: string
    access: TargetAccess
    timeoutMs: number
    subject: string
    lifeSeconds: number | undefined
  },
): Promise<string> {
  const [, , namespace = '', name = ''] = asked.subject.split(':')
  const expirationSeconds = Math.max(lifeSecondsMin, Math.round(asked.lifeSeconds ?? lifeSecondsDefault))
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/serviceaccounts/${encodeURIComponent(name)}/token`
  const request = {
    ...{ apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest' },
    spec: { expirationSeconds },
  }
  const { status, body } = await http
    .send({
      ...{
        method: 'POST',
        url: `${asked.url.replace(/\/+$/, '')}${path}`,
        timeoutMs: asked.timeoutMs,
        bytesMax,
      },
      headers: { accept: 'application/json', 'content-type': 'application/json', ...asked.access.headers },
      body: Buffer.from(JSON.stringify(request)),
      ...(asked.access.tls ? { tls: asked.access.tls } : {}),
    })
    .catch((error: unknown) => {
      throw error instanceof Fault ? new Fault('CLUSTER_UNREACHABLE', error.message) : error
    })
  if (status === 401)
    throw new Fault('CREDENTIALS_INVALID', 'The stored token is refused (401): send new credentials.')
  if (status === 403)
    throw new Fault(
      'CREDENTIALS_INVALID',
      `The service account ${namespace}/${name} may not ask for its own token: grant it "create" on "serviceaccounts/token", or send new credentials.`,
    )
  const parsed = TokenRequest.safeParse(jsonOf(body))
  if (status < 200 || status > 299 || !parsed.success)
    throw new Fault(
      'CREDENTIALS_INVALID',
      `The cluster gave no token (it answered ${status}): send new credentials.`,
    )
  return parsed.data.status.token
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}
