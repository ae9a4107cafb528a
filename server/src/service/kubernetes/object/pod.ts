import { z } from 'zod'
import {
  count,
  flag,
  intOrText,
  labels,
  listOf,
  moment,
  part,
  quantities,
  text,
  texts,
  whole,
  word,
} from './field.ts'
import { conditions, Meta, Selector } from './meta.ts'

const Probe = z.object({
  exec: part(z.object({ command: texts })),
  httpGet: part(z.object({ path: text, port: intOrText, scheme: text })),
  tcpSocket: part(z.object({ port: intOrText })),
  grpc: part(z.object({ port: count, service: text })),
  initialDelaySeconds: count,
  timeoutSeconds: count,
  periodSeconds: count,
  successThreshold: count,
  failureThreshold: count,
})
export type Probe = z.infer<typeof Probe>

const KeyRef = z.object({ name: word, key: word, optional: flag })
const SecurityContext = z.object({
  privileged: flag,
  allowPrivilegeEscalation: flag,
  readOnlyRootFilesystem: flag,
  runAsNonRoot: flag,
  runAsUser: count,
  capabilities: part(z.object({ add: texts, drop: texts })),
  seccompProfile: part(z.object({ type: word })),
})

/** Without the values of environment variables: they may be secrets. */
const Container = z.object({
  name: word,
  image: word,
  imagePullPolicy: text,
  /** Of an init container, Always: a sidecar. */
  restartPolicy: text,
  ports: listOf(z.object({ name: text, containerPort: count, hostPort: count, protocol: text })),
  env: listOf(
    z.object({
      name: word,
      valueFrom: part(z.object({ configMapKeyRef: part(KeyRef), secretKeyRef: part(KeyRef) })),
    }),
  ),
  envFrom: listOf(
    z.object({
      configMapRef: part(z.object({ name: word, optional: flag })),
      secretRef: part(z.object({ name: word, optional: flag })),
    }),
  ),
  resources: whole(z.object({ requests: quantities, limits: quantities })),
  volumeMounts: listOf(z.object({ name: word, mountPath: word, readOnly: flag })),
  livenessProbe: part(Probe),
  readinessProbe: part(Probe),
  startupProbe: part(Probe),
  securityContext: part(SecurityContext),
})
export type Container = z.infer<typeof Container>

const Volume = z.object({
  name: word,
  persistentVolumeClaim: part(z.object({ claimName: word, readOnly: flag })),
  configMap: part(z.object({ name: word, optional: flag, items: listOf(z.object({ key: word })) })),
  secret: part(z.object({ secretName: word, optional: flag, items: listOf(z.object({ key: word })) })),
  hostPath: part(z.object({ path: word })),
  emptyDir: part(z.object({ medium: text, sizeLimit: text })),
  ephemeral: part(z.object({})),
  csi: part(z.object({ driver: word })),
})
const Toleration = z.object({
  key: word,
  operator: text,
  value: word,
  effect: word,
  tolerationSeconds: count,
})
export type Toleration = z.infer<typeof Toleration>

export const PodSpec = whole(
  z.object({
    nodeName: text,
    nodeSelector: labels,
    serviceAccountName: text,
    automountServiceAccountToken: flag,
    restartPolicy: text,
    schedulerName: text,
    priorityClassName: text,
    priority: count,
    /** Added to what the containers ask for, by the runtime class. */
    overhead: part(z.record(z.string(), z.coerce.string())),
    /** Of the pod as a whole, instead of the sum of its containers. */
    resources: part(z.object({ requests: quantities, limits: quantities })),
    hostNetwork: flag,
    hostPID: flag,
    hostIPC: flag,
    runtimeClassName: text,
    terminationGracePeriodSeconds: count,
    imagePullSecrets: listOf(z.object({ name: word })),
    schedulingGates: listOf(z.object({ name: word })),
    readinessGates: listOf(z.object({ conditionType: word })),
    tolerations: listOf(Toleration),
    securityContext: part(
      z.object({
        runAsNonRoot: flag,
        runAsUser: count,
        fsGroup: count,
        seccompProfile: part(z.object({ type: word })),
      }),
    ),
    topologySpreadConstraints: listOf(
      z.object({ maxSkew: count, topologyKey: word, whenUnsatisfiable: word, labelSelector: part(Selector) }),
    ),
    containers: listOf(Container),
    initContainers: listOf(Container),
    ephemeralContainers: listOf(Container),
    volumes: listOf(Volume),
  }),
)
export type PodSpec = z.infer<typeof PodSpec>

const Terminated = z.object({
  exitCode: z.number().catch(-1),
  signal: count,
  reason: word,
  message: word,
  startedAt: moment,
  finishedAt: moment,
})
const State = z.object({
  waiting: part(z.object({ reason: word, message: word })),
  running: part(z.object({ startedAt: moment })),
  terminated: part(Terminated),
})
export const ContainerStatus = z.object({
  name: word,
  ready: flag,
  started: flag,
  restartCount: z.number().catch(0),
  image: word,
  imageID: word,
  containerID: text,
  state: whole(State),
  lastState: whole(State),
})
export type ContainerStatus = z.infer<typeof ContainerStatus>

const PodStatus = whole(
  z.object({
    phase: word,
    reason: word,
    message: word,
    nominatedNodeName: text,
    podIP: text,
    podIPs: listOf(z.object({ ip: word })),
    hostIP: text,
    startTime: moment,
    qosClass: text,
    conditions,
    containerStatuses: listOf(ContainerStatus),
    initContainerStatuses: listOf(ContainerStatus),
    ephemeralContainerStatuses: listOf(ContainerStatus),
  }),
)

export const Pod = z.object({ metadata: Meta, spec: PodSpec, status: PodStatus })
export type Pod = z.infer<typeof Pod>
/** Of workloads: what their pods are made from. */
export const PodTemplate = whole(
  z.object({
    metadata: whole(z.object({ labels, annotations: labels })),
    spec: PodSpec,
  }),
)
