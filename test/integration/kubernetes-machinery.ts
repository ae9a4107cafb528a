/** The API machinery that every Kubernetes API server is made of, over a real etcd, serving one kind of a CustomResourceDefinition. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { RawObject, ResourceType } from '../../server/src/port/cluster-api.ts'
import { createAuthority, type Pair } from '../kubernetes/certificate.ts'
import { createApiServer } from '../kubernetes/index.ts'
import { kubeconfigOf } from './kubectl.ts'
import { findServer, freePort, startServer } from './real-server.ts'

export const machineryPrograms = ['etcd', 'apiextensions-apiserver'] as const

export const widget = {
  group: 'example.test',
  version: 'v1',
  plural: 'widgets',
  kind: 'Widget',
  namespaced: true,
} as const

export type MachineryType = Omit<ResourceType, 'namespaced'>

export type Machinery = {
  url: string
  ca: string
  /** Of a user who may do everything. */
  client: Pair
  kubeconfig: string
  /** Status and body of a request by that user. */
  ask(
    method: string,
    path: string,
    body?: RawObject,
    type?: string,
  ): Promise<{ status: number; body: RawObject }>
  put(name: string, spec: RawObject): Promise<void>
  remove(name: string): Promise<void>
  /** Makes etcd forget all that was before now. */
  compact(): Promise<void>
  /** Ends the API server, not etcd, and starts it on the same port. */
  restart(): Promise<void>
  output(): string
  stop(): Promise<void>
}

const readyTimeoutMs = 60_000
const pathOf = ({ group, version, plural }: MachineryType): string =>
  `/apis/${group}/${version}/namespaces/default/${plural}`

/** Without `watchCache` every list and watch goes to etcd, so that `compact` is felt at once. */
export async function startMachinery(options: {
  watchCache: boolean
  type?: MachineryType
}): Promise<Machinery> {
  const type = options.type ?? widget
  const folder = mkdtempSync(join(tmpdir(), 'aiops-machinery-'))
  const authority = createAuthority()
  const closing: (() => Promise<void> | void)[] = [
    () => rmSync(folder, { recursive: true, force: true }),
    () => authority.close(),
  ]
  const stop = async () => {
    for (const close of closing.splice(0).reverse()) await close()
  }
  try {
    const client = authority.client('admin', 'system:masters')
    // What it asks of the core API server, such as whether a namespace is there, ours answers.
    const core = createApiServer()
    core.put('Namespace', { metadata: { name: 'default' }, status: { phase: 'Active' } })
    const listening = await core.listen()
    closing.push(() => listening.close())
    const peerPort = await freePort()
    const etcd = await startServer({
      program: 'etcd',
      args: (port, data) => [
        ...['--data-dir', data, '--unsafe-no-fsync', '--log-level', 'error'],
        ...[
          '--listen-client-urls',
          `http://127.0.0.1:${port}`,
          '--advertise-client-urls',
          `http://127.0.0.1:${port}`,
        ],
        ...['--listen-peer-urls', `http://127.0.0.1:${peerPort}`],
      ],
      readyPath: '/health',
    })
    closing.push(() => etcd.stop())
    const files = { ca: authority.ca, cert: authority.server.cert, key: authority.server.key }
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
    writeFileSync(join(folder, 'core'), kubeconfigOf({ url: listening.url, ca: '' }, { token: 'any' }))
    const port = await freePort()
    const api = new ApiProcess(folder, port, etcd.origin, options.watchCache)
    closing.push(() => api.end())
    const server = { url: `https://127.0.0.1:${port}`, ca: authority.ca }
    const ask: Machinery['ask'] = async (method, path, body, type = 'application/json') => {
      const sent = body === undefined ? '' : JSON.stringify(body)
      const { status, text } = await exchange(
        { ...server, client },
        method,
        path,
        { 'content-type': type },
        sent,
      )
      return { status, body: JSON.parse(text) }
    }
    const kubeconfig = join(folder, 'kubeconfig')
    writeFileSync(kubeconfig, kubeconfigOf(server, { client }))
    await api.start()
    await ready(ask, api, type)
    return {
      ...server,
      client,
      kubeconfig,
      ask,
      ...writing(ask, type),
      compact: () => compact(etcd.origin),
      async restart() {
        await api.end()
        await api.start()
        await ready(ask, api, type)
      },
      output: () => api.output,
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

class ApiProcess {
  output = ''
  readonly #args: string[]
  #child: ChildProcess | undefined
  constructor(folder: string, port: number, etcd: string, watchCache: boolean) {
    const core = join(folder, 'core')
    this.#args = [
      ...['--etcd-servers', etcd, '--etcd-compaction-interval', '0', `--watch-cache=${watchCache}`],
      ...['--bind-address', '127.0.0.1', '--secure-port', String(port), '--cert-dir', folder],
      ...['--tls-cert-file', join(folder, 'cert'), '--tls-private-key-file', join(folder, 'key')],
      // Users are known by certificate alone; the group system:masters may do everything.
      ...['--client-ca-file', join(folder, 'ca'), '--authentication-skip-lookup'],
      ...['--kubeconfig', core, '--authentication-kubeconfig', core, '--authorization-kubeconfig', core],
      '--enable-priority-and-fairness=false',
      '--disable-admission-plugins=NamespaceLifecycle,MutatingAdmissionPolicy,MutatingAdmissionWebhook,ValidatingAdmissionPolicy,ValidatingAdmissionWebhook',
    ]
  }
  get isRunning(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null
  }
  async start(): Promise<void> {
    const program = 'apiextensions-apiserver'
    const child = spawn(findServer(program) ?? program, this.#args, { stdio: ['ignore', 'pipe', 'pipe'] })
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        this.output = `${this.output}${chunk}`.slice(-32_000)
      })
    this.#child = child
    await new Promise<void>((resolve, reject) => {
      child.on('spawn', resolve)
      child.on('error', reject)
    })
  }
  async end(): Promise<void> {
    const child = this.#child
    if (!child || !this.isRunning) return
    const over = new Promise((resolve) => child.once('exit', resolve))
    // It waits for open watches to end, so it is not asked.
    child.kill('SIGKILL')
    await over
  }
}

/** Once it serves the kind, which takes it a moment after the definition is accepted. */
async function ready(ask: Machinery['ask'], api: ApiProcess, type: MachineryType): Promise<void> {
  const until = Date.now() + readyTimeoutMs
  const definition = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${type.plural}.${type.group}` },
    spec: {
      group: type.group,
      scope: 'Namespaced',
      names: {
        plural: type.plural,
        singular: type.kind.toLowerCase(),
        kind: type.kind,
        listKind: `${type.kind}List`,
      },
      versions: [
        {
          name: type.version,
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: {
              type: 'object',
              properties: { spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
            },
          },
        },
      ],
    },
  }
  let last: unknown
  while (Date.now() < until && api.isRunning) {
    try {
      await ask('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', definition)
      last = await ask('GET', pathOf(type))
      if ((last as { status: number }).status === 200) return
    } catch (error) {
      last = error
    }
    await sleep(100)
  }
  throw new Error(`apiextensions-apiserver did not become ready: ${JSON.stringify(last)}\n${api.output}`)
}

function writing(ask: Machinery['ask'], type: MachineryType): Pick<Machinery, 'put' | 'remove'> {
  const path = pathOf(type)
  const must = async (answer: ReturnType<Machinery['ask']>, allowed: readonly number[]) => {
    const { status, body } = await answer
    if (!allowed.includes(status)) throw new Error(`${status}: ${JSON.stringify(body)}`)
  }
  return {
    async put(name, spec) {
      const object = {
        apiVersion: `${type.group}/${type.version}`,
        kind: type.kind,
        metadata: { name },
        spec,
      }
      const { status } = await ask('POST', path, object)
      if (status === 409)
        await must(ask('PATCH', `${path}/${name}`, { spec }, 'application/merge-patch+json'), [200])
      else if (status !== 201) throw new Error(`POST of ${name}: ${status}`)
    },
    remove: (name) => must(ask('DELETE', `${path}/${name}`), [200, 404]),
  }
}

/** Over etcd's JSON gateway. */
async function compact(etcd: string): Promise<void> {
  const post = async (path: string, body: object): Promise<unknown> => {
    const answer = await fetch(`${etcd}${path}`, { method: 'POST', body: JSON.stringify(body) })
    if (!answer.ok) throw new Error(`etcd ${path}: ${answer.status} ${await answer.text()}`)
    return answer.json()
  }
  const { header } = (await post('/v3/kv/range', { key: 'AA==' })) as { header: { revision: string } }
  await post('/v3/kv/compaction', { revision: header.revision, physical: true })
}

/** One request on a connection of its own, and the whole of its answer. */
export function exchange(
  server: { url: string; ca: string; client?: Pair },
  method: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  body = '',
): Promise<{ status: number; text: string }> {
  const { url, ca, client } = server
  return new Promise((resolve, reject) => {
    const answered = (response: IncomingMessage) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('error', reject)
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(parts).toString() }),
      )
    }
    const options = { method, headers: { ...headers, 'content-length': Buffer.byteLength(body) } }
    const sent = url.startsWith('https:')
      ? requestHttps(`${url}${path}`, { ...options, ca, ...client, agent: false }, answered)
      : requestHttp(`${url}${path}`, { ...options, agent: false }, answered)
    sent.setTimeout(20_000, () => sent.destroy(new Error(`no answer to ${method} ${path}`)))
    sent.on('error', reject)
    sent.end(body)
  })
}
