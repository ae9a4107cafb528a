import { X509Certificate } from 'node:crypto'
import { systemClock as clock } from '../server/src/kernel/clock.ts'
import { systemRandom as random } from '../server/src/kernel/random.ts'
import { fillServer } from '../test/kubernetes/cluster-example.ts'
import { type ApiServer, createApiServer } from '../test/kubernetes/index.ts'

/**
 * API servers of clusters that change all the time, in a process of their own (`fork`): it says where they are, begins to change them at
 * 'change', and makes the first one fail at 'fail'. Of 20 changes 14 are a pod's status, 3 a node's lease, 2 a new event, 1 a step of a rollout.
 */
export type SpokesAsk = {
  clusters: number
  nodes: number
  podsPerNode: number
  /** All pods but those of the platform in so many namespaces; 0: as the example has them. */
  namespaces: number
  /** A second, of all clusters together. */
  changes: number
}
export type SpokesTold = {
  kubeconfigs: { url: string; kubeconfig: string }[]
  pods: { namespace: string; name: string }[]
  objects: number
}

type Ref = { namespace: string; name: string }
type Json = Record<string, unknown>
const pick = <T>(of: readonly T[]): T => of[Math.floor(random.next() * of.length)]!

class Spoke {
  readonly server: ApiServer
  readonly pods: Ref[]
  readonly #leases: Ref[]
  readonly #deployments: Ref[]
  readonly #unready: Ref[] = []
  #made = 0

  constructor(seed: number, { nodes, podsPerNode, namespaces }: SpokesAsk) {
    // The real server waits for who reads slowly where it sends what there is; this one holds it.
    this.server = createApiServer({ clock, seed, waitingBytesMax: 1 << 30 })
    if (namespaces > 0) gather(this.server, namespaces)
    fillServer(this.server, { nodes, podsPerNode, nowMs: clock.now(), seed })
    this.pods = this.#refs('Pod')
    this.#leases = this.#refs('Lease').filter(({ namespace }) => namespace === 'kube-node-lease')
    this.#deployments = this.#refs('Deployment')
  }

  change(): void {
    this.#made += 1
    const which = this.#made % 20
    if (which < 14) this.#status()
    else if (which < 17) this.#renew()
    else if (which < 19) this.#event()
    else this.#rollout()
  }

  /** A pod becomes unready, or one that was so becomes ready: some in a hundred are unready at a time. */
  #status(): void {
    const isLate = this.#unready.length > this.pods.length / 100
    const ref = (isLate ? this.#unready.shift() : undefined) ?? pick(this.pods)
    if (!isLate) this.#unready.push(ref)
    const pod = this.#copy('Pod', ref)
    const status = pod?.status as { containerStatuses?: Json[]; conditions?: Json[] } | undefined
    const [first] = status?.containerStatuses ?? []
    if (!pod || !first) return
    first.ready = isLate
    for (const one of status?.conditions ?? [])
      if (one.type === 'Ready' || one.type === 'ContainersReady')
        Object.assign(one, { status: first.ready ? 'True' : 'False', lastTransitionTime: wireNow() })
    this.server.put('Pod', pod)
  }

  #renew(): void {
    const lease = this.#copy('Lease', pick(this.#leases))
    if (!lease) return
    lease.spec = { ...(lease.spec as Json), renewTime: wireNow() }
    this.server.put('Lease', lease)
  }

  #event(): void {
    const { namespace, name } = pick(this.pods)
    this.server.put('Event', {
      metadata: { namespace, name: `${name}.${this.#made.toString(16)}` },
      ...{ involvedObject: { kind: 'Pod', namespace, name }, reason: 'Unhealthy', type: 'Warning', count: 1 },
      message: `Readiness probe failed: HTTP probe failed with statuscode: ${500 + (this.#made % 9)}`,
      firstTimestamp: wireNow(),
      lastTimestamp: wireNow(),
    })
  }

  /** A Deployment's image changes, and one pod is replaced by another. */
  #rollout(): void {
    const deployment = this.#copy('Deployment', pick(this.#deployments))
    const spec = deployment?.spec as { template: { spec: { containers: Json[] } } } | undefined
    const [container] = spec?.template.spec.containers ?? []
    if (deployment && container) {
      container.image = `${String(container.image).split(':')[0]}:v${this.#made}`
      this.server.put('Deployment', deployment)
    }
    const at = Math.floor(random.next() * this.pods.length)
    const old = this.pods[at]!
    const pod = this.#copy('Pod', old)
    if (!pod) return
    this.server.delete('Pod', old.namespace, old.name)
    const name = `${old.name.slice(0, old.name.lastIndexOf('-'))}-${this.#made.toString(36).padStart(5, 'z')}`
    const { uid: _, resourceVersion: __, ...metadata } = pod.metadata as Json
    this.server.put('Pod', { ...pod, metadata: { ...metadata, name, creationTimestamp: wireNow() } })
    this.pods[at] = { namespace: old.namespace, name }
  }

  #copy(kind: string, { namespace, name }: Ref): Json | undefined {
    const found = this.server.get(kind, namespace, name)
    return found && (structuredClone(found) as Json)
  }
  #refs(kind: string): Ref[] {
    return this.server.list(kind).map(({ metadata }) => {
      const { namespace, name } = metadata as Ref
      return { namespace, name }
    })
  }
}

/** Puts what the example has in `team-001` and on into fewer namespaces. Names there are of the workload's number and differ. */
function gather(server: ApiServer, namespaces: number): void {
  const put = server.put.bind(server)
  const renamed = (text: string): string =>
    text.replace(
      /team-(\d{3,})/g,
      (_, at) => `team-${String(1 + (Number(at) % namespaces)).padStart(3, '0')}`,
    )
  server.put = (kind, object) => put(kind, JSON.parse(renamed(JSON.stringify(object))))
}

const wireNow = (): string => `${new Date(clock.now()).toISOString().slice(0, 19)}Z`

async function serve(ask: SpokesAsk): Promise<void> {
  const spokes = Array.from({ length: ask.clusters }, (_, at) => new Spoke(at + 1, ask))
  const listening = await Promise.all(spokes.map(({ server }) => server.listen({ tls: true })))
  const kubeconfigs = listening.map(({ url, ca }) => ({ url, kubeconfig: kubeconfigOf(url, ca) }))
  let timer: NodeJS.Timeout | undefined
  process.on('message', (message) => {
    if (message === 'fail') spokes[0]!.server.faults.dropChance = 1
    if (message !== 'change' || timer) return
    const beganMs = clock.monotonic()
    let made = 0
    // What is due by the clock, also where a timer comes late.
    timer = setInterval(() => {
      const due = ((clock.monotonic() - beganMs) / 1_000) * ask.changes
      for (; made < due; made += 1) spokes[made % spokes.length]!.change()
    }, 5)
  })
  process.on('disconnect', () => process.exit())
  const [first] = spokes
  const kinds = ['Pod', 'Event', 'Lease', 'ReplicaSet', 'Deployment', 'Service', 'EndpointSlice', 'ConfigMap']
  const objects = kinds.reduce((sum, kind) => sum + (first?.server.count(kind) ?? 0), 0)
  process.send?.({ kubeconfigs, pods: first!.pods.slice(0, 5_000), objects } satisfies SpokesTold)
}

const kubeconfigOf = (url: string, ca: string): string => {
  if (new X509Certificate(ca).ca !== true) throw new Error('this is no authority')
  const cluster = { server: url, 'certificate-authority-data': Buffer.from(ca).toString('base64') }
  return JSON.stringify({
    ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'c' },
    clusters: [{ name: 'c', cluster }],
    users: [{ name: 'u', user: { token: 'bench' } }],
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
  })
}

if (process.argv[2]?.startsWith('{')) await serve(JSON.parse(process.argv[2]) as SpokesAsk)
