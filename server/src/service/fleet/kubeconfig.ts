import { createPrivateKey, X509Certificate } from 'node:crypto'
import { parse as parseYaml, YAMLParseError } from 'yaml'
import { z } from 'zod'
import { Fault } from '../../kernel/fault.ts'

/** How to reach one API server, and as whom. PEM texts; everything is checked to be usable. */
export type Kubeconfig = {
  context: string
  server: string
  ca?: string
  serverName?: string
  insecure: boolean
  token?: string
  clientCertificate?: { cert: string; key: string }
}

const Named = <T extends z.ZodType>(key: string, value: T) =>
  z.array(z.looseObject({ name: z.string(), [key]: value.nullish() })).nullish()
const text = z.string().nullish()
const Document = z.looseObject({
  'current-context': text,
  contexts: Named('context', z.looseObject({ cluster: text, user: text })),
  clusters: Named(
    'cluster',
    z.looseObject({
      ...{ server: text, 'certificate-authority': text, 'certificate-authority-data': text },
      ...{ 'insecure-skip-tls-verify': z.boolean().nullish(), 'tls-server-name': text, 'proxy-url': text },
    }),
  ),
  users: Named(
    'user',
    z.looseObject({
      ...{ token: text, tokenFile: text, username: text, as: text },
      ...{ 'client-certificate': text, 'client-certificate-data': text },
      ...{ 'client-key': text, 'client-key-data': text },
      ...{ exec: z.unknown().optional(), 'auth-provider': z.unknown().optional() },
    }),
  ),
})
type Fields = Record<string, unknown>

const sizeMax = 1_048_576

/**
 * The context that is named, else the current one, else the only one. Throws CREDENTIALS_INVALID, saying what is wrong and what to do;
 * never quoting what could be secret.
 */
export function parseKubeconfig(source: string, wanted?: string): Kubeconfig {
  const document = documentOf(source)
  const contexts = document.contexts ?? []
  const only = contexts.length === 1 ? String(contexts[0]?.name) : undefined
  const name = wanted || document['current-context'] || only
  if (!name)
    throw invalid(
      `it has no current-context; choose one of ${namesOf(contexts)} with --context, or set current-context`,
    )
  const context = entryOf(contexts, 'context', name, 'context')
  const cluster = entryOf(document.clusters ?? [], 'cluster', str(context.cluster), 'cluster')
  const user = entryOf(document.users ?? [], 'user', str(context.user), 'user')
  const server = str(cluster.server)
  if (!/^https:\/\//i.test(server) || !URL.canParse(server))
    throw invalid('the server of its cluster must be a URL that begins with https://')
  if (cluster['proxy-url']) throw invalid('it asks for a proxy (proxy-url), which is not supported')
  const ca = cluster['certificate-authority-data']
    ? certificatesOf(
        base64Of(str(cluster['certificate-authority-data']), 'certificate-authority-data'),
        'certificate-authority-data',
      )
    : undefined
  if (!ca && cluster['certificate-authority']) throw namesFile('certificate-authority')
  const insecure = cluster['insecure-skip-tls-verify'] === true
  if (insecure && ca)
    throw invalid('it has both certificate-authority-data and insecure-skip-tls-verify; remove the latter')
  const serverName = str(cluster['tls-server-name'])
  return {
    ...{ context: name, server, insecure },
    ...(ca === undefined ? {} : { ca }),
    ...(serverName === '' ? {} : { serverName }),
    ...identityOf(user),
  }
}

function documentOf(source: string): z.output<typeof Document> {
  if (source.length > sizeMax) throw invalid(`it is larger than ${sizeMax} bytes`)
  let read: unknown
  try {
    read = parseYaml(source, { maxAliasCount: 20, logLevel: 'error' })
  } catch (error) {
    // The message of the parser may quote the line.
    const line = error instanceof YAMLParseError ? error.linePos?.[0].line : undefined
    throw invalid(`it is no YAML${line === undefined ? '' : ` (line ${line})`}`)
  }
  const parsed = Document.safeParse(read)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const where = issue?.path.map(String).join('.')
  throw invalid(
    where ? `its field ${where} has the wrong form` : 'it is no mapping with contexts, clusters and users',
  )
}

function identityOf(user: Fields): Pick<Kubeconfig, 'token' | 'clientCertificate'> {
  if (user.exec)
    throw invalid(
      'its user gets credentials by running a program (exec), which is not done here; create a service account and use its token instead: kubectl create token',
    )
  if (user['auth-provider'])
    throw invalid(
      'its user has an auth-provider, which Kubernetes removed; use a token or a client certificate instead',
    )
  if (user.as) throw invalid('its user impersonates another (as), which is not supported')
  if (user.username)
    throw invalid('its user has a name and password, which Kubernetes removed; use a token instead')
  const token = str(user.token)
  if (token !== '') return { token: tokenOf(token) }
  if (user.tokenFile) throw namesFile('tokenFile')
  const certificate = str(user['client-certificate-data'])
  const key = str(user['client-key-data'])
  if (certificate === '' && user['client-certificate']) throw namesFile('client-certificate')
  if (key === '' && user['client-key']) throw namesFile('client-key')
  if (certificate === '' && key === '') throw invalid('its user has neither a token nor a client certificate')
  if (certificate === '' || key === '')
    throw invalid(
      `its user has ${certificate === '' ? 'client-key-data without client-certificate-data' : 'client-certificate-data without client-key-data'}`,
    )
  return {
    clientCertificate: pairOf(
      base64Of(certificate, 'client-certificate-data'),
      base64Of(key, 'client-key-data'),
    ),
  }
}

/** What a header may carry. */
export function tokenOf(token: string): string {
  const trimmed = token.trim()
  if (!/^[\x21-\x7e]+$/.test(trimmed))
    throw new Fault(
      'CREDENTIALS_INVALID',
      'A token holds spaces, line breaks or other characters that no token has.',
    )
  return trimmed
}

/** PEM certificates, each readable; throws with what they are called. */
export function certificatesOf(pem: string, name: string): string {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? []
  if (blocks.length === 0) throw invalid(`${name} holds no PEM certificate`)
  for (const block of blocks) certificateOf(block, name)
  return blocks.join('\n')
}

function certificateOf(pem: string, name: string): X509Certificate {
  try {
    return new X509Certificate(pem)
  } catch {
    throw invalid(`${name} holds a certificate that cannot be read`)
  }
}

function pairOf(cert: string, key: string): { cert: string; key: string } {
  const certificate = certificateOf(
    certificatesOf(cert, 'client-certificate-data'),
    'client-certificate-data',
  )
  const privateKey = (() => {
    try {
      return createPrivateKey(key)
    } catch {
      throw invalid(
        'client-key-data holds no private key that can be read; one with a password is not supported',
      )
    }
  })()
  if (!certificate.checkPrivateKey(privateKey))
    throw invalid('client-key-data is not the key of client-certificate-data')
  return { cert, key }
}

/** When a PEM certificate ends, ms. */
export const certificateEndMs = (pem: string): number => Date.parse(new X509Certificate(pem).validTo)

function entryOf(entries: readonly Fields[], key: string, name: string, what: string): Fields {
  const found = entries.find((entry) => entry.name === name)
  const value = found?.[key]
  if (typeof value === 'object' && value !== null) return value as Fields
  throw invalid(
    name === ''
      ? `its context names no ${what}`
      : `it has no ${what} "${name.slice(0, 100)}"; it has ${namesOf(entries)}`,
  )
}

const namesOf = (entries: readonly Fields[]): string =>
  entries.length === 0
    ? 'none'
    : entries
        .slice(0, 10)
        .map(({ name }) => String(name).slice(0, 100))
        .join(', ')

function base64Of(value: string, name: string): string {
  const compact = value.replace(/\s/g, '')
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(compact) || compact === '') throw invalid(`${name} is no base64`)
  return Buffer.from(compact, 'base64').toString('utf8')
}

const str = (value: unknown): string => (typeof value === 'string' ? value : '')

const namesFile = (field: string): Fault =>
  invalid(
    `${field} names a file, which is not here; write everything into one with "kubectl config view --raw --flatten --minify"`,
  )

const invalid = (why: string): Fault =>
  new Fault('CREDENTIALS_INVALID', `The kubeconfig cannot be used: ${why}.`)
