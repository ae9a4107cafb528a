import type { CredentialInput } from '@aiops/contract/api/cluster'
import type { AuthType, ClusterTarget, CredentialSummary } from '@aiops/contract/model/cluster'
import { isoTime } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import type { ClusterRecord } from '../../port/cluster-repository.ts'
import type { HttpRequest } from '../../port/http-client.ts'
import { certificateEndMs, type Kubeconfig, parseKubeconfig, tokenOf } from './kubeconfig.ts'
import type { OidcGrant, OidcToken } from './oidc-token.ts'

/** What goes with a request to one part of a cluster. */
export type TargetAccess = {
  headers: Readonly<Record<string, string>>
  tls?: NonNullable<HttpRequest['tls']>
}

/**
 * Credentials as they are sealed. `bound` holds, for each, the address and TLS settings they were tried with: they are sent nowhere
 * else, so that whoever may change an address does not learn a token.
 */
export type Access = {
  auth_type: AuthType
  api?: Pick<Kubeconfig, 'ca' | 'serverName' | 'insecure' | 'token' | 'clientCertificate'>
  /** How the token of `api` is got anew. */
  oidc?: OidcGrant
  tokens: Partial<Record<ClusterTarget, string>>
  bound: Partial<Record<ClusterTarget, string>>
}

type Addressed = Pick<ClusterRecord, 'api_server_url' | 'endpoints' | 'tls'>

/** Credentials of a request, read and checked; throws CREDENTIALS_INVALID. `oidc`: the token that the provider gave for it. */
export function accessOf(
  input: CredentialInput,
  cluster: Addressed,
  nowMs: number,
  oidc?: OidcToken,
): Access {
  const api = oidc ? { token: tokenOf(oidc.token), insecure: false } : apiOf(input, cluster)
  const tokens: Access['tokens'] = {}
  for (const [target, token] of [
    ['PROMETHEUS', input.prometheus_token],
    ['TEMPO', input.tempo_token],
    ['LOKI', input.loki_token],
  ] as const) {
    if (token === undefined) continue
    if (!urlOf(cluster, target))
      throw invalid(`There is a token for ${target}, but the cluster has no address of it.`)
    tokens[target] = tokenOf(token)
  }
  const bound = Object.fromEntries(
    [...(api ? ['API_SERVER' as const] : []), ...(Object.keys(tokens) as ClusterTarget[])].map((target) => [
      target,
      boundTo(cluster, target),
    ]),
  )
  const access: Access = {
    ...{ auth_type: input.auth_type, ...(api ? { api } : {}), tokens, bound },
    ...(oidc ? { oidc: oidc.grant } : {}),
  }
  const endMs = expiryOf(access)
  if (endMs !== undefined && endMs <= nowMs)
    throw invalid(`The credentials expired at ${isoTime(endMs)}; get new ones.`)
  return access
}

function apiOf(input: CredentialInput, cluster: Addressed): Access['api'] {
  const { auth_type: type, kubeconfig, service_account_token, oidc_token } = input
  if (type === 'KUBECONFIG') {
    if (kubeconfig === undefined) throw invalid('auth_type KUBECONFIG needs the field kubeconfig.')
    const { context: _, server, ...api } = parseKubeconfig(kubeconfig, input.context)
    if (addressOf(server) !== addressOf(cluster.api_server_url ?? ''))
      throw invalid(
        `The kubeconfig is for ${addressOf(server)}, but the cluster's api_server_url is ${cluster.api_server_url}: one of them is wrong.`,
      )
    return api
  }
  const token = type === 'SERVICE_ACCOUNT' ? service_account_token : oidc_token
  if (token === undefined)
    throw invalid(
      `auth_type ${type} needs the field ${type === 'SERVICE_ACCOUNT' ? 'service_account_token' : 'oidc_token, or oidc'}.`,
    )
  return { token: tokenOf(token), insecure: false }
}

/** What goes with a request to this part of the cluster. Throws CREDENTIALS_INVALID where what is stored was for another address. */
export function accessTo(
  access: Access | undefined,
  cluster: Addressed,
  target: ClusterTarget,
): TargetAccess {
  const api = target === 'API_SERVER' ? access?.api : undefined
  const token = target === 'API_SERVER' ? api?.token : access?.tokens[target]
  if ((api || token !== undefined) && access?.bound[target] !== boundTo(cluster, target))
    throw invalid(
      'Its address or TLS settings were changed since the credentials were stored; upload the credentials again.',
    )
  const { tls: own } = cluster
  const ca = api?.ca ?? (api?.insecure ? undefined : own?.ca)
  const serverName = api?.serverName ?? own?.server_name
  const tls = {
    ...(ca === undefined ? {} : { ca }),
    ...(serverName === undefined ? {} : { serverName }),
    ...(api?.clientCertificate ?? {}),
    insecureSkipVerify: api?.insecure || (own?.insecure_skip_verify ?? false),
  }
  return { headers: token === undefined ? {} : { authorization: `Bearer ${token}` }, tls }
}

/** What an upload says of how tokens are got; undefined where it says nothing. */
export function grantOf({ auth_type, oidc }: CredentialInput): OidcGrant | undefined {
  if (auth_type !== 'OIDC' || !oidc) return undefined
  const { issuer_url, client_id, client_secret, refresh_token, scopes, ca } = oidc
  if (client_secret === undefined && refresh_token === undefined)
    throw invalid('oidc needs a refresh_token, or a client_secret.')
  return {
    ...{ issuer: issuer_url, clientId: client_id, scopes },
    ...(client_secret === undefined ? {} : { clientSecret: client_secret }),
    ...(refresh_token === undefined ? {} : { refreshToken: refresh_token }),
    ...(ca === undefined ? {} : { ca }),
  }
}

/** Whether its token can be got anew without a person. */
export const isRenewable = ({ api, oidc }: Access): boolean =>
  oidc !== undefined || (claimsOf(api?.token ?? '')?.sub?.startsWith('system:serviceaccount:') ?? false)

export function urlOf({ api_server_url, endpoints }: Addressed, target: ClusterTarget): string | undefined {
  if (target === 'API_SERVER') return api_server_url ?? undefined
  if (target === 'PROMETHEUS') return endpoints.prometheus_url
  return target === 'TEMPO' ? endpoints.tempo_url : endpoints.loki_url
}

export function summaryOf(access: Access, nowMs: number): CredentialSummary {
  const endMs = expiryOf(access)
  return {
    auth_type: access.auth_type,
    stored_at: isoTime(nowMs),
    expires_at: endMs === undefined ? null : isoTime(endMs),
    tokens_for: Object.keys(access.tokens) as ClusterTarget[],
  }
}

/** Earliest end among tokens and client certificate, ms; undefined where none says. */
export function expiryOf({ api, tokens }: Access): number | undefined {
  const ends = [api?.token, ...Object.values(tokens)]
    .map((token) => (token === undefined ? undefined : claimsOf(token)?.exp))
    .flatMap((seconds) => (seconds === undefined ? [] : [seconds * 1_000]))
  if (api?.clientCertificate) ends.push(certificateEndMs(api.clientCertificate.cert))
  return ends.length === 0 ? undefined : Math.min(...ends)
}

/** The claims of a JWT (RFC 7519) that matter here, unverified: the cluster verifies. Undefined for a token that is none. */
export function claimsOf(token: string): { exp?: number; iat?: number; sub?: string } | undefined {
  const [, payload, signature] = token.split('.')
  if (payload === undefined || signature === undefined) return undefined
  try {
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as Record<string, unknown>
    const { exp, iat, sub } = claims
    const time = (value: unknown): value is number => Number.isFinite(value) && Math.abs(Number(value)) < 1e11
    return {
      ...(time(exp) ? { exp } : {}),
      ...(time(iat) ? { iat } : {}),
      ...(typeof sub === 'string' ? { sub } : {}),
    }
  } catch {
    return undefined
  }
}

const boundTo = (cluster: Addressed, target: ClusterTarget): string =>
  JSON.stringify([addressOf(urlOf(cluster, target) ?? ''), cluster.tls])

const addressOf = (url: string): string => (URL.parse(url)?.href ?? url).replace(/\/+$/, '')

const invalid = (sentence: string): Fault => new Fault('CREDENTIALS_INVALID', sentence)
