import type { RawObject } from '../../server/src/port/cluster-api.ts'
import type { ExampleTime } from './example-node.ts'
import type { PodPlan } from './example-pod.ts'
import { wireTime } from './write.ts'

/** A workload with all that belongs to it but its pods, which the caller places. */
export type Workload = {
  objects: RawObject[]
  pods: Omit<PodPlan, 'node' | 'at'>[]
  /** Ports behind its service; undefined where it has none. */
  service: { name: string; port: number } | undefined
}
export type ExampleMeta = {
  name: string
  namespace: string
  uid: string
  creationTimestamp: string
  generation: number
}
export type Plan = { namespace: string; name: string; replicas: number; startedMs: number }

export function metaOf({ random }: ExampleTime, { namespace, name, startedMs }: Plan): ExampleMeta {
  return {
    name,
    namespace,
    uid: random.uuid(startedMs),
    creationTimestamp: wireTime(startedMs),
    generation: 1,
  }
}

export function templateSpec(name: string): RawObject {
  const probe = (path: string) => ({
    httpGet: { path, port: 'http', scheme: 'HTTP' },
    timeoutSeconds: 1,
    periodSeconds: 10,
    successThreshold: 1,
    failureThreshold: 3,
  })
  return {
    serviceAccountName: 'default',
    restartPolicy: 'Always',
    containers: [
      {
        name: 'main',
        image: `registry.example.test/${name}:1.4.2`,
        imagePullPolicy: 'IfNotPresent',
        ports: [{ name: 'http', containerPort: 8_080, protocol: 'TCP' }],
        env: [{ name: 'LOG_LEVEL', value: 'info' }],
        resources: { requests: { cpu: '50m', memory: '128Mi' }, limits: { memory: '256Mi' } },
        livenessProbe: probe('/livez'),
        readinessProbe: probe('/readyz'),
        securityContext: {
          allowPrivilegeEscalation: false,
          runAsNonRoot: true,
          capabilities: { drop: ['ALL'] },
        },
      },
    ],
  }
}

/** What comes with a workload: its service, its settings, and a budget where there are enough of it. */
export function companions(time: ExampleTime, plan: Plan, labels: Record<string, string>): RawObject[] {
  const { replicas, startedMs } = plan
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { ...metaOf(time, plan), labels },
    spec: {
      type: 'ClusterIP',
      clusterIP: `10.32.${Math.floor(time.random.next() * 256)}.${1 + Math.floor(time.random.next() * 254)}`,
      selector: labels,
      ports: [{ name: 'http', protocol: 'TCP', port: 80, targetPort: 'http' }],
      sessionAffinity: 'None',
    },
    status: { loadBalancer: {} },
  }
  const configMap = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: metaOf(time, { ...plan, name: `${plan.name}-settings` }),
    data: { 'settings.yaml': 'level: info\n' },
  }
  const budget = {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: metaOf(time, plan),
    spec: { maxUnavailable: 1, selector: { matchLabels: labels } },
    status: {
      observedGeneration: 1,
      currentHealthy: replicas,
      desiredHealthy: Math.max(0, replicas - 1),
      expectedPods: replicas,
      disruptionsAllowed: 1,
      conditions: [
        {
          type: 'DisruptionAllowed',
          status: 'True',
          reason: 'SufficientPods',
          message: '',
          observedGeneration: 1,
          lastTransitionTime: wireTime(startedMs),
        },
      ],
    },
  }
  return replicas > 2 ? [service, configMap, budget] : [service, configMap]
}
