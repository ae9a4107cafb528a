import { dirname, isAbsolute, join } from 'node:path'
import { z } from 'zod'
import type { FileReader } from '../../../port/file-reader.ts'
import type { HttpRequest } from '../../../port/http-client.ts'
import type { SecretSource } from '../../../port/secret-source.ts'

const TlsConfig = z.strictObject({
  ca: z.string().optional(),
  ca_file: z.string().optional(),
  cert: z.string().optional(),
  cert_file: z.string().optional(),
  key: z.string().optional(),
  key_file: z.string().optional(),
  server_name: z.string().optional(),
  insecure_skip_verify: z.boolean().default(false),
})

const headerName = z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'is no name of a header')

/** How to reach an HTTP server: Prometheus' http_config without what is not spoken here, and secrets by name besides. */
export const httpAccessFields = {
  basic_auth: z
    .strictObject({
      username: z.string().optional(),
      username_file: z.string().optional(),
      password: z.coerce.string().optional(),
      password_file: z.string().optional(),
      password_secret: z.string().optional(),
    })
    .optional(),
  authorization: z
    .strictObject({
      type: z.string().min(1).default('Bearer'),
      credentials: z.string().optional(),
      credentials_file: z.string().optional(),
      credentials_secret: z.string().optional(),
    })
    .optional(),
  bearer_token: z.string().optional(),
  bearer_token_file: z.string().optional(),
  tls_config: TlsConfig.optional(),
  http_headers: z
    .record(
      headerName,
      z.strictObject({
        values: z.array(z.string()).optional(),
        secrets: z.array(z.string()).optional(),
        files: z.array(z.string()).optional(),
      }),
    )
    .optional(),
  headers: z.record(headerName, z.string()).optional(),
  enable_http2: z.boolean().optional(),
  follow_redirects: z
    .boolean()
    .optional()
    .refine((follow) => follow !== true, 'is not supported: redirects are never followed'),
}
const HttpAccess = z.object(httpAccessFields)
export type HttpAccess = z.output<typeof HttpAccess>

/** At most one way to say who one is. */
export function accessProblem(access: HttpAccess): string | undefined {
  const ways = [access.basic_auth, access.authorization, access.bearer_token, access.bearer_token_file]
  return ways.filter((way) => way !== undefined).length > 1
    ? 'only one of basic_auth, authorization, bearer_token and bearer_token_file may be set'
    : undefined
}

export type AccessDeps = { files: FileReader; secrets: SecretSource }
export type Access = Pick<HttpRequest, 'headers'> & { tls?: NonNullable<HttpRequest['tls']> }

/** Headers and TLS settings, secrets read anew. `document` is the file that names the others. Throws what files and secrets throw. */
export async function accessOf(access: HttpAccess, document: string, deps: AccessDeps): Promise<Access> {
  const read = (path: string): Promise<string> => deps.files.read(besides(document, path))
  const text = async (given?: string, file?: string, secret?: string): Promise<string | undefined> => {
    if (given !== undefined) return given
    if (file !== undefined) return (await read(file)).trim()
    return secret === undefined ? undefined : deps.secrets.read(secret)
  }
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(access.headers ?? {})) headers[name.toLowerCase()] = value
  for (const [name, sources] of Object.entries(access.http_headers ?? {})) {
    const files = await Promise.all((sources.files ?? []).map(read))
    const values = [
      ...(sources.values ?? []),
      ...(sources.secrets ?? []),
      ...files.map((value) => value.trim()),
    ]
    headers[name.toLowerCase()] = values.join(', ')
  }
  const { basic_auth: basic, authorization } = access
  if (basic) {
    const user = (await text(basic.username, basic.username_file)) ?? ''
    const password = (await text(basic.password, basic.password_file, basic.password_secret)) ?? ''
    headers.authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
  }
  const token = authorization
    ? await text(authorization.credentials, authorization.credentials_file, authorization.credentials_secret)
    : await text(access.bearer_token, access.bearer_token_file)
  if (token !== undefined) headers.authorization = `${authorization?.type ?? 'Bearer'} ${token}`
  return { headers, ...(access.tls_config ? { tls: await tlsOf(access.tls_config, text) } : {}) }
}

async function tlsOf(
  config: z.output<typeof TlsConfig>,
  text: (given?: string, file?: string) => Promise<string | undefined>,
): Promise<NonNullable<HttpRequest['tls']>> {
  const ca = await text(config.ca, config.ca_file)
  const cert = await text(config.cert, config.cert_file)
  const key = await text(config.key, config.key_file)
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(config.server_name === undefined ? {} : { serverName: config.server_name }),
    insecureSkipVerify: config.insecure_skip_verify,
  }
}

/** A relative path is seen from the folder of the document that names it, as in Prometheus. */
export const besides = (document: string, path: string): string =>
  isAbsolute(path) ? path : join(dirname(document), path)
