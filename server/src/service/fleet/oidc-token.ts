import { z } from 'zod'
import { Fault, isFault } from '../../kernel/fault.ts'
import type { HttpClient, HttpRequest, HttpResponse } from '../../port/http-client.ts'

/** How tokens of a cluster's OpenID Connect provider are got anew: by a refresh token, else as the client itself. */
export type OidcGrant = {
  issuer: string
  clientId: string
  clientSecret?: string
  refreshToken?: string
  scopes: readonly string[]
  /** Certificates of the authorities to trust, PEM. */
  ca?: string
}
/** The token for the API server, and the grant for the next one: a provider may give a new refresh token with each use. */
export type OidcToken = { token: string; grant: OidcGrant }

const Configuration = z.looseObject({ issuer: z.string(), token_endpoint: z.url({ protocol: /^https$/ }) })
const Answer = z.looseObject({
  id_token: z.string().min(1).max(65_536).optional(),
  access_token: z.string().min(1).max(65_536).optional(),
  refresh_token: z.string().min(1).max(65_536).optional(),
})
const Refusal = z.looseObject({
  error: z.string().max(200),
  error_description: z.string().max(500).optional(),
})
const bytesMax = 262_144

/**
 * Asks the provider for a token (OpenID Connect Discovery 1.0 §4; RFC 6749 §6 and §4.4). The ID token where there is one, as Kubernetes wants
 * it, else the access token. Throws CREDENTIALS_INVALID where the provider refuses, CLUSTER_UNREACHABLE where it does not answer.
 */
export async function newOidcToken(
  http: HttpClient,
  grant: OidcGrant,
  timeoutMs: number,
): Promise<OidcToken> {
  const tls = grant.ca === undefined ? {} : { tls: { ca: grant.ca } }
  const send = async (
    request: Pick<HttpRequest, 'method' | 'url' | 'headers' | 'body'>,
  ): Promise<HttpResponse> => {
    try {
      return await http.send({ ...request, ...tls, timeoutMs, bytesMax })
    } catch (error) {
      if (!isFault(error)) throw error
      throw new Fault('CLUSTER_UNREACHABLE', `The OpenID Connect provider: ${error.message}`)
    }
  }
  const issuer = grant.issuer.replace(/\/+$/, '')
  const found = await send({
    ...{ method: 'GET', url: `${issuer}/.well-known/openid-configuration` },
    headers: { accept: 'application/json' },
  })
  const configuration = Configuration.safeParse(jsonOf(found.body))
  if (found.status !== 200 || !configuration.success)
    throw invalid(`There is no OpenID Connect provider at ${issuer} (it answered ${found.status}).`)
  if (configuration.data.issuer.replace(/\/+$/, '') !== issuer)
    throw invalid(
      `The provider at ${issuer} says that it is another: ${configuration.data.issuer.slice(0, 200)}.`,
    )
  const asked = await send({
    ...{ method: 'POST', url: configuration.data.token_endpoint },
    headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
    body: Buffer.from(formOf(grant).toString()),
  })
  if (asked.status !== 200) {
    const { data } = Refusal.safeParse(jsonOf(asked.body))
    throw invalid(
      `The OpenID Connect provider refuses (${data ? [data.error, data.error_description].filter(Boolean).join(': ') : asked.status}): sign in again and upload what it gives.`,
    )
  }
  const { data } = Answer.safeParse(jsonOf(asked.body))
  const token = data?.id_token ?? data?.access_token
  if (token === undefined) throw invalid('The OpenID Connect provider answered without a token.')
  return { token, grant: data?.refresh_token ? { ...grant, refreshToken: data.refresh_token } : grant }
}

function formOf({ clientId, clientSecret, refreshToken, scopes }: OidcGrant): URLSearchParams {
  return new URLSearchParams({
    ...(refreshToken === undefined
      ? { grant_type: 'client_credentials' }
      : { grant_type: 'refresh_token', refresh_token: refreshToken }),
    ...{ client_id: clientId, scope: scopes.join(' ') },
    ...(clientSecret === undefined ? {} : { client_secret: clientSecret }),
  })
}

const invalid = (sentence: string): Fault => new Fault('CREDENTIALS_INVALID', sentence)

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}
