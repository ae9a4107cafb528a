import type { ObjectSink } from '../server/src/service/kubernetes/memory/sink.ts'
import { type Kind, type ObjectOf, readObject } from '../server/src/service/kubernetes/object/kind.ts'
import { repeatable } from './pod-log-lines.ts'

const podsPerWorkload = 5
const podsPerNode = 25
const workloadsPerNamespace = 8
/** Objects as the API writes them, made anew at each call: nothing of them is kept here but a few numbers a pod. */
type PodState = {
  restarts: number
  version: number
  ready: boolean
  waiting: string
  sinceMs: number
  birth: number
}

/** A cluster that lives: rollouts, crash loops, readiness that comes and goes, events and their counts, heartbeats. */
export class KubernetesStream {
  readonly pods: PodState[]
  readonly workloads: number
  readonly nodes: number
  readonly startMs: number
  readonly random = repeatable(7)
  readonly #images: number[]
  #version = 1_000_000
  changes = 0

  constructor(pods: number, startMs: number) {
    this.startMs = startMs
    this.workloads = Math.ceil(pods / podsPerWorkload)
    this.nodes = Math.ceil(pods / podsPerNode)
    this.#images = new Array(this.workloads).fill(1)
    this.pods = Array.from({ length: pods }, (_, i) => ({
      ...{
        restarts: 0,
        version: i,
        ready: true,
        waiting: '',
        sinceMs: startMs - 86_400_000 + i * 977,
        birth: i,
      },
    }))
  }

  /** Everything that is there at first, kind by kind. */
  *listing(atMs: number, sink: ObjectSink): Generator<[Kind, ObjectOf<Kind>[]], void> {
    const all = (kind: Kind, count: number, make: (i: number) => object): [Kind, ObjectOf<Kind>[]] => [
      kind,
      Array.from({ length: count }, (_, i) => {
        const object = this.#read(kind, make(i))
        return sink.shared?.(kind, object) ?? object
      }),
    ]
    const namespaces = Math.ceil(this.workloads / workloadsPerNamespace)
    yield all('Namespace', namespaces, (i) => ({
      metadata: this.#meta(`team-${i}`, '', i),
      status: { phase: 'Active' },
    }))
    yield all('Node', this.nodes, (i) => this.#node(i))
    yield all('Lease', this.nodes, (i) => this.#lease(i, atMs))
    yield all('Deployment', this.workloads, (i) => this.#deployment(i))
    yield all('ReplicaSet', this.workloads * 2, (i) => this.#replicaSet(i >> 1, i & 1 ? 0 : 1))
    yield all('Service', this.workloads, (i) => this.#service(i))
    yield all('ConfigMap', this.workloads, (i) => ({
      metadata: this.#meta(`settings-${i}`, this.namespaceOf(i), i),
    }))
    yield all('EndpointSlice', this.workloads, (i) => this.#slice(i))
    yield all('Pod', this.pods.length, (i) => this.#pod(i))
  }

  /** The heartbeats of all nodes: their leases, and now and then their status. */
  beat(sink: ObjectSink, atMs: number): void {
    for (let i = 0; i < this.nodes; i++) {
      sink.put('Lease', this.#read('Lease', this.#lease(i, atMs)), atMs)
      if (this.random() < 0.03) sink.put('Node', this.#read('Node', this.#node(i)), atMs)
    }
  }

  /** One change of some object, as often as each is in a busy cluster. */
  change(sink: ObjectSink, atMs: number): void {
    const dice = this.random()
    const i = Math.floor(this.random() * this.pods.length)
    const pod = this.pods[i]!
    const workload = Math.floor(i / podsPerWorkload)
    this.changes++
    if (dice < 0.35) {
      pod.ready = !pod.ready
      pod.sinceMs = atMs
      sink.put('Pod', this.#read('Pod', this.#pod(i)), atMs)
    } else if (dice < 0.45) {
      // Those that crash are always the same.
      const crashing = i - (i % 50)
      const one = this.pods[crashing]!
      one.waiting = one.waiting === '' ? 'CrashLoopBackOff' : ''
      if (one.waiting === '') one.restarts++
      one.sinceMs = atMs
      sink.put('Pod', this.#read('Pod', this.#pod(crashing)), atMs)
    } else if (dice < 0.75) {
      const about = dice < 0.6 ? i : i - (i % 50)
      const lasting = dice < 0.6 ? Math.floor(atMs / 3_600_000) : 0
      sink.put('Event', this.#read('Event', this.#event(about, lasting, atMs)), atMs)
    } else if (dice < 0.87)
      sink.put('EndpointSlice', this.#read('EndpointSlice', this.#slice(workload)), atMs)
    else if (dice < 0.97) sink.put('Deployment', this.#read('Deployment', this.#deployment(workload)), atMs)
    else if (dice < 0.975) {
      this.#images[workload]!++
      sink.put('Deployment', this.#read('Deployment', this.#deployment(workload)), atMs)
    } else if (dice < 0.99) {
      sink.remove('Pod', this.#read('Pod', this.#pod(i)), atMs)
      pod.birth = this.#version++
      pod.restarts = 0
      sink.put('Pod', this.#read('Pod', this.#pod(i)), atMs)
      this.changes++
    } else
      sink.put(
        'ConfigMap',
        this.#read('ConfigMap', {
          metadata: this.#meta(`settings-${workload}`, this.namespaceOf(workload), workload),
        }),
        atMs,
      )
  }

  podRef(i: number): { namespace: string; name: string } {
    const workload = Math.floor(i / podsPerWorkload)
    return {
      namespace: this.namespaceOf(workload),
      name: `app-${workload}-6f9c5d7b8-${(this.pods[i]!.birth + 1e6).toString(36)}`,
    }
  }
  namespaceOf(workload: number): string {
    return `team-${Math.floor(workload / workloadsPerNamespace)}`
  }

  #read<K extends Kind>(kind: K, raw: object): ObjectOf<K> {
    // By way of JSON, as it comes from a server: texts of an object are its own.
    return readObject(kind, JSON.parse(JSON.stringify(raw)))!
  }
  #meta(name: string, namespace: string, seed: number): Record<string, unknown> {
    return {
      ...{ name, namespace, uid: `6f9619ff-8b86-d011-b42d-${(seed + 1e11).toString(16).padStart(12, '0')}` },
      resourceVersion: String(this.#version++),
      creationTimestamp: new Date(this.startMs - 86_400_000 - seed * 1_000).toISOString(),
    }
  }
  #template(workload: number, image: number, extra: object = {}): object {
    return {
      serviceAccountName: 'default',
      containers: [
        {
          ...{
            name: 'app',
            image: `registry.example/team/app-${workload}:1.${image}.0`,
            imagePullPolicy: 'IfNotPresent',
          },
          ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }],
          env: ['LOG_LEVEL', 'DB_HOST', 'DB_USER', 'REGION'].map((name) => ({
            ...{
              name,
              valueFrom: { configMapKeyRef: { name: `settings-${workload}`, key: name.toLowerCase() } },
            },
          })),
          resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '512Mi' } },
          volumeMounts: [{ name: 'data', mountPath: '/data' }],
          livenessProbe: {
            httpGet: { path: '/healthz', port: 'http' },
            periodSeconds: 10,
            timeoutSeconds: 1,
          },
          readinessProbe: { httpGet: { path: '/ready', port: 'http' }, periodSeconds: 5, timeoutSeconds: 1 },
          securityContext: { allowPrivilegeEscalation: false, runAsNonRoot: true },
        },
      ],
      volumes: [{ name: 'data', emptyDir: {} }],
      ...extra,
    }
  }
  #pod(i: number): object {
    const pod = this.pods[i]!
    const workload = Math.floor(i / podsPerWorkload)
    const { namespace, name } = this.podRef(i)
    const token = `kube-api-access-${(pod.birth * 7919 + 1e6).toString(36).slice(-5)}`
    const image = this.#images[workload]!
    const spec = this.#template(workload, image, {
      nodeName: `node-${i % this.nodes}`,
      restartPolicy: 'Always',
    }) as {
      containers: { volumeMounts: object[]; image: string }[]
      volumes: object[]
    }
    spec.containers[0]!.volumeMounts.push({
      name: token,
      mountPath: '/var/run/secrets/kubernetes.io/serviceaccount',
      readOnly: true,
    })
    spec.volumes.push({ name: token })
    const [started, since] = [this.startMs - 86_400_000 + pod.birth * 977, pod.sinceMs].map((ms) =>
      new Date(ms).toISOString(),
    )
    const state = pod.waiting
      ? {
          waiting: {
            reason: pod.waiting,
            message: `back-off 5m0s restarting failed container=app pod=${name}_${namespace}`,
          },
        }
      : { running: { startedAt: pod.restarts > 0 ? since : started } }
    const ended = {
      exitCode: 137,
      reason: 'OOMKilled',
      startedAt: started,
      finishedAt: since,
      containerID: `containerd://${'ab'.repeat(32)}`,
    }
    const isReady = pod.ready && !pod.waiting
    const condition = (type: string, is: boolean, at: string | undefined) => ({
      ...{ type, status: is ? 'True' : 'False', lastTransitionTime: at },
      ...(is ? {} : { reason: 'ContainersNotReady', message: 'containers with unready status: [app]' }),
    })
    return {
      metadata: {
        ...this.#meta(name, namespace, pod.birth),
        labels: { app: `app-${workload}`, 'pod-template-hash': '6f9c5d7b8', team: namespace },
        ownerReferences: [
          {
            kind: 'ReplicaSet',
            name: `app-${workload}-1`,
            uid: `6f9619ff-8b86-d011-b42d-rs${workload}-1`,
            controller: true,
          },
        ],
      },
      spec: {
        ...spec,
        tolerations: ['not-ready', 'unreachable'].map((key) => ({
          key: `node.kubernetes.io/${key}`,
          operator: 'Exists',
          effect: 'NoExecute',
          tolerationSeconds: 300,
        })),
      },
      status: {
        ...{
          phase: 'Running',
          podIP: `10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}`,
          hostIP: `192.168.0.${(i % this.nodes) & 255}`,
        },
        ...{
          podIPs: [{ ip: `10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}` }],
          startTime: started,
          qosClass: 'Burstable',
        },
        conditions: [
          condition('Initialized', true, started),
          condition('Ready', isReady, since),
          condition('ContainersReady', isReady, since),
          condition('PodScheduled', true, started),
        ],
        containerStatuses: [
          {
            ...{ name: 'app', ready: isReady, started: isReady, restartCount: pod.restarts, state },
            ...{
              image: spec.containers[0]!.image,
              imageID: `registry.example/team/app@sha256:${String(workload).padStart(64, 'c')}`,
            },
            containerID: `containerd://${(pod.birth + pod.restarts * 7).toString(16).padStart(64, 'd')}`,
            lastState: pod.restarts > 0 ? { terminated: ended } : {},
          },
        ],
      },
    }
  }
  #event(i: number, serial: number, atMs: number): object {
    const { namespace, name } = this.podRef(i)
    const count = 1 + Math.floor((atMs - this.startMs) / 10_000)
    return {
      metadata: this.#meta(`${name}.${(serial * 31 + i).toString(16)}`, namespace, i),
      ...{
        type: 'Warning',
        reason: 'BackOff',
        count,
        source: { component: 'kubelet', host: `node-${i % this.nodes}` },
      },
      message: `Back-off restarting failed container app in pod ${name}_${namespace}(6f9619ff)`,
      firstTimestamp: new Date(this.startMs).toISOString(),
      lastTimestamp: new Date(atMs).toISOString(),
      involvedObject: { kind: 'Pod', namespace, name, uid: `6f9619ff-8b86-d011-b42d-${i}` },
    }
  }
  #deployment(i: number): object {
    const ready = this.pods
      .slice(i * podsPerWorkload, (i + 1) * podsPerWorkload)
      .filter((pod) => pod.ready && !pod.waiting).length
    return {
      metadata: {
        ...this.#meta(`app-${i}`, this.namespaceOf(i), i),
        generation: this.#images[i],
        labels: { app: `app-${i}` },
      },
      spec: {
        ...{ replicas: podsPerWorkload, selector: { matchLabels: { app: `app-${i}` } } },
        template: { metadata: { labels: { app: `app-${i}` } }, spec: this.#template(i, this.#images[i]!) },
      },
      status: {
        ...{
          replicas: podsPerWorkload,
          readyReplicas: ready,
          availableReplicas: ready,
          updatedReplicas: podsPerWorkload,
        },
        conditions: [
          {
            type: 'Available',
            status: ready > 3 ? 'True' : 'False',
            reason: ready > 3 ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
          },
        ],
      },
    }
  }
  #replicaSet(i: number, revision: number): object {
    return {
      metadata: {
        ...{
          ...this.#meta(`app-${i}-${revision}`, this.namespaceOf(i), i),
          uid: `6f9619ff-8b86-d011-b42d-rs${i}-${revision}`,
        },
        ownerReferences: [
          { kind: 'Deployment', name: `app-${i}`, uid: `6f9619ff-8b86-d011-b42d-d${i}`, controller: true },
        ],
      },
      spec: {
        replicas: revision * podsPerWorkload,
        selector: { matchLabels: { app: `app-${i}` } },
        template: { spec: this.#template(i, 1) },
      },
      status: { replicas: revision * podsPerWorkload, readyReplicas: revision * podsPerWorkload },
    }
  }
  #service(i: number): object {
    return {
      metadata: this.#meta(`app-${i}`, this.namespaceOf(i), i),
      spec: {
        type: 'ClusterIP',
        clusterIP: `10.96.0.${i}`,
        selector: { app: `app-${i}` },
        ports: [{ name: 'http', port: 80, targetPort: 'http', protocol: 'TCP' }],
      },
    }
  }
  #slice(i: number): object {
    const pods = Array.from({ length: podsPerWorkload }, (_, p) => i * podsPerWorkload + p).filter(
      (p) => p < this.pods.length,
    )
    return {
      metadata: this.#meta(`app-${i}-x7k2p`, this.namespaceOf(i), i),
      ...{ addressType: 'IPv4', ports: [{ name: 'http', port: 8080, protocol: 'TCP' }] },
      endpoints: pods.map((p) => ({
        ...{ addresses: [`10.0.${p >> 8}.${p & 255}`], nodeName: `node-${p % this.nodes}` },
        conditions: {
          ready: this.pods[p]!.ready && !this.pods[p]!.waiting,
          serving: true,
          terminating: false,
        },
        targetRef: { kind: 'Pod', namespace: this.namespaceOf(i), name: this.podRef(p).name },
      })),
    }
  }
  #node(i: number): object {
    return {
      metadata: {
        ...this.#meta(`node-${i}`, '', i),
        labels: { 'kubernetes.io/hostname': `node-${i}`, 'kubernetes.io/arch': 'amd64' },
      },
      status: {
        ...{
          capacity: { cpu: '32', memory: '128Gi', pods: '110' },
          allocatable: { cpu: '31', memory: '120Gi', pods: '110' },
        },
        conditions: ['MemoryPressure', 'DiskPressure', 'PIDPressure', 'Ready'].map((type) => ({
          type,
          status: type === 'Ready' ? 'True' : 'False',
          reason: `Kubelet${type}`,
        })),
        nodeInfo: {
          kubeletVersion: 'v1.30.2',
          osImage: 'Linux',
          kernelVersion: '6.1',
          architecture: 'amd64',
        },
      },
    }
  }
  #lease(i: number, atMs: number): object {
    return {
      metadata: this.#meta(`node-${i}`, 'kube-node-lease', i),
      spec: {
        holderIdentity: `node-${i}`,
        leaseDurationSeconds: 40,
        renewTime: new Date(atMs).toISOString(),
      },
    }
  }
}
