/** A Kubernetes API server over TLS for tests: so much of it as the registry asks, with the refusals and failures of a real one. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'

export const hasOpenssl = ((): boolean => {
  try {
    execFileSync('openssl', ['version'])
    return true
  } catch {
    return false
  }
})()

export type Pki = {
  ca: string
  server: { cert: string; key: string }
  client: { cert: string; key: string }
}

/** An authority, a certificate for 127.0.0.1 and localhost, and a client's, good for `clientDays`. */
export function makePki(clientDays = 30): Pki {
  const folder = mkdtempSync(join(tmpdir(), 'aiops-pki-'))
  const at = (name: string): string => join(folder, name)
  const openssl = (...options: string[]): void => {
    execFileSync('openssl', options, { stdio: 'ignore', cwd: folder })
  }
  const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  try {
    openssl(
      'req',
      '-x509',
      ...ec,
      '-keyout',
      'ca.key',
      '-out',
      'ca.pem',
      '-subj',
      '/CN=test-ca',
      '-days',
      '30',
    )
    for (const [name, days, extension] of [
      ['server', 30, 'subjectAltName=IP:127.0.0.1,DNS:localhost'],
      ['client', clientDays, 'extendedKeyUsage=clientAuth'],
    ] as const) {
      const subject = name === 'client' ? '/O=readers/CN=aiops-collector' : '/CN=kube-apiserver'
      openssl(
        'req',
        '-new',
        ...ec,
        '-keyout',
        `${name}.key`,
        '-out',
        `${name}.csr`,
        '-subj',
        subject,
        '-addext',
        extension,
      )
      const signing = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-copy_extensions', 'copy']
      openssl('x509', '-req', '-in', `${name}.csr`, '-out', `${name}.pem`, '-days', String(days), ...signing)
    }
    const read = (name: string): string => readFileSync(at(name), 'utf8')
    return {
      ca: read('ca.pem'),
      server: { cert: read('server.pem'), key: read('server.key') },
      client: { cert: read('client.pem'), key: read('client.key') },
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A JWT as service accounts have; nobody here checks the signature. */
export function serviceAccountToken(
  name: string,
  expSeconds: number,
  iatSeconds = expSeconds - 3_600,
): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const claims = { sub: `system:serviceaccount:aiops-spoke:${name}`, exp: expSeconds, iat: iatSeconds }
  return `${part({ alg: 'RS256' })}.${part(claims)}.c2lnbmF0dXJl${name}`
}

export type Mood = 'well' | 'hangs' | 'lies' | 'fails' | 'redirects' | 'breaks-off' | 'endless'

export class KubernetesApi {
  readonly #server
  /** Bearer tokens that are known, and whether they may list namespaces. */
  readonly tokens = new Map<string, { mayList: boolean }>()
  /** Whether a service account may ask for its own token; the answer is what this gives. */
  nextToken: (() => string) | undefined
  mood: Mood = 'well'
  readonly asked: {
    method: string
    path: string
    authorization: string | undefined
    user: string | undefined
  }[] = []
  url = ''

  constructor(pki: Pki) {
    this.#server = createServer(
      { ...pki.server, ca: pki.ca, requestCert: true, rejectUnauthorized: false },
      (request, response) => this.#answer(request, response),
    )
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    this.url = `https://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
    return this
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #answer(request: IncomingMessage, response: ServerResponse): unknown {
    const { method = '', url = '', headers, socket } = request
    const tls = socket as TLSSocket
    const user = tls.authorized ? String(tls.getPeerCertificate().subject.CN) : undefined
    const { authorization } = headers
    this.asked.push({ method, path: url, authorization, user })
    const token = this.tokens.get(authorization?.replace('Bearer ', '') ?? '')
    const [path = ''] = url.split('?')
    if (this.mood === 'hangs') return
    if (this.mood === 'lies') return response.end('<html>Welcome</html>')
    if (this.mood === 'breaks-off') return response.write('{"kind":', () => tls.destroy())
    if (this.mood === 'endless') {
      const write = (): void => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
        response.once('drain', write)
      }
      write()
      return response
    }
    if (this.mood === 'redirects')
      return response.writeHead(302, { location: 'http://169.254.169.254/' }).end()
    if (this.mood === 'fails') return status(response, 500, 'InternalError')
    if (!token && user === undefined) return status(response, 401, 'Unauthorized')
    if (path === '/version') return json(response, { major: '1', minor: '31', gitVersion: 'v1.31.2+k3s1' })
    if (path === '/api/v1/namespaces') {
      if (token && !token.mayList) return status(response, 403, 'Forbidden')
      return json(response, { kind: 'NamespaceList', apiVersion: 'v1', metadata: {}, items: [] })
    }
    if (
      method === 'POST' &&
      path === '/api/v1/namespaces/aiops-spoke/serviceaccounts/aiops-collector/token'
    ) {
      if (!this.nextToken) return status(response, 403, 'Forbidden')
      const made = this.nextToken()
      this.tokens.set(made, { mayList: true })
      request.resume()
      return json(response, { kind: 'TokenRequest', status: { token: made } }, 201)
    }
    return status(response, 404, 'NotFound')
  }
}

function json(response: ServerResponse, body: unknown, code = 200): ServerResponse {
  return response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

/** As Kubernetes says it: metav1.Status. */
const status = (response: ServerResponse, code: number, reason: string): ServerResponse =>
  json(response, { kind: 'Status', status: 'Failure', reason, code }, code)

type Kubeconfig = { server: string; ca?: string; token?: string; client?: Pki['client']; user?: object }

/** As `kubectl config view --raw --flatten --minify` writes it. */
export const kubeconfigOf = ({ server, ca, token, client, user }: Kubeconfig): string => {
  const data = (pem: string): string => Buffer.from(pem).toString('base64')
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'here',
    contexts: [{ name: 'here', context: { cluster: 'paris', user: 'collector' } }],
    clusters: [
      { name: 'paris', cluster: { server, ...(ca ? { 'certificate-authority-data': data(ca) } : {}) } },
    ],
    users: [
      {
        name: 'collector',
        user: user ?? {
          ...(token ? { token } : {}),
          ...(client
            ? { 'client-certificate-data': data(client.cert), 'client-key-data': data(client.key) }
            : {}),
        },
      },
    ],
  })
}
