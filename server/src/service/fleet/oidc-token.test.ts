import { expect, it } from 'vitest'
import { Fault } from '../../kernel/fault.ts'
import type { HttpClient } from '../../port/http-client.ts'
import { newOidcToken, type OidcGrant } from './oidc-token.ts'

const issuer = 'https://login.example/realms/lab'
const grant: OidcGrant = { issuer, clientId: 'aiops', refreshToken: 'r-1', scopes: ['openid'] }

function provider(token: { status?: number; body: object }, configuration: object = {}) {
  const forms: URLSearchParams[] = []
  const http: HttpClient = {
    async send({ url, body }) {
      if (url === `${issuer}/.well-known/openid-configuration`) {
        const found = { issuer, token_endpoint: 'https://login.example/token', ...configuration }
        return { status: 200, headers: {}, body: Buffer.from(JSON.stringify(found)) }
      }
      forms.push(new URLSearchParams(Buffer.from(body ?? []).toString()))
      return { status: token.status ?? 200, headers: {}, body: Buffer.from(JSON.stringify(token.body)) }
    },
  }
  return { http, forms }
}

it('gives the ID token, and keeps the refresh token that came with it', async () => {
  const { http, forms } = provider({ body: { id_token: 'id-2', access_token: 'a-2', refresh_token: 'r-2' } })
  expect(await newOidcToken(http, grant, 1_000)).toEqual({
    ...{ token: 'id-2', grant: { ...grant, refreshToken: 'r-2' } },
  })
  expect(Object.fromEntries(forms[0] ?? [])).toEqual({
    ...{ grant_type: 'refresh_token', refresh_token: 'r-1', client_id: 'aiops', scope: 'openid' },
  })
})

it('asks as the client itself where there is no refresh token', async () => {
  const { http, forms } = provider({ body: { access_token: 'a-2' } })
  const own = { issuer, clientId: 'aiops', clientSecret: 's', scopes: ['openid'] }
  expect((await newOidcToken(http, own, 1_000)).token).toBe('a-2')
  expect(forms[0]?.get('grant_type')).toBe('client_credentials')
})

it('says what the provider refuses, without what was sent', async () => {
  const { http } = provider({
    status: 400,
    body: { error: 'invalid_grant', error_description: 'Token expired' },
  })
  const fault = await newOidcToken(http, grant, 1_000).catch((error: Fault) => error)
  expect(fault).toMatchObject({
    code: 'CREDENTIALS_INVALID',
    message: expect.stringContaining('invalid_grant: Token expired'),
  })
  expect(String(fault)).not.toContain('r-1')
})

it.each([
  [{ issuer: 'https://evil.example' }, 'says that it is another'],
  [{ token_endpoint: 'http://login.example/token' }, 'There is no OpenID Connect provider'],
])('sends nothing to a provider that is not the one named: %j', async (configuration, words) => {
  const { http, forms } = provider({ body: { id_token: 'x' } }, configuration)
  await expect(newOidcToken(http, grant, 1_000)).rejects.toThrow(words)
  expect(forms).toEqual([])
})

it('tells apart a provider that is not there', async () => {
  const http: HttpClient = { send: () => Promise.reject(new Fault('UPSTREAM_FAILED', 'nothing listens')) }
  await expect(newOidcToken(http, grant, 1_000)).rejects.toMatchObject({ code: 'CLUSTER_UNREACHABLE' })
})
