import type { ExampleTime } from './example-node.ts'
import { hex, type Owner, suffix } from './example-pod.ts'
import { companions, metaOf, type Plan, templateSpec, type Workload } from './example-workload.ts'
import { wireTime } from './write.ts'

export function deployment(time: ExampleTime, plan: Plan): Workload {
  const { namespace, name, replicas, startedMs } = plan
  const labels = { 'app.kubernetes.io/name': name, 'app.kubernetes.io/part-of': namespace }
  const spec = templateSpec(name)
  const meta = metaOf(time, plan)
  const owner: Owner = { apiVersion: 'apps/v1', kind: 'Deployment', name, uid: meta.uid }
  const replicaSet = (revision: number, count: number) => {
    const hash = hashOf(time)
    const own = { ...labels, 'pod-template-hash': hash }
    return {
      hash,
      own,
      object: {
        apiVersion: 'apps/v1',
        kind: 'ReplicaSet',
        metadata: {
          ...metaOf(time, { ...plan, name: `${name}-${hash}` }),
          labels: own,
          annotations: { 'deployment.kubernetes.io/revision': String(revision) },
          ownerReferences: [{ ...owner, controller: true, blockOwnerDeletion: true }],
        },
        spec: {
          replicas: count,
          selector: { matchLabels: own },
          template: { metadata: { labels: own }, spec },
        },
        status: {
          observedGeneration: 1,
          replicas: count,
          ...(count > 0
            ? { readyReplicas: count, availableReplicas: count, fullyLabeledReplicas: count }
            : {}),
        },
      },
    }
  }
  const [old, current] = [replicaSet(1, 0), replicaSet(2, replicas)]
  const at = wireTime(startedMs + 10_000)
  const condition = (type: string, reason: string) => ({
    type,
    status: 'True',
    reason,
    lastUpdateTime: at,
    lastTransitionTime: at,
  })
  const object = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { ...meta, labels, annotations: { 'deployment.kubernetes.io/revision': '2' } },
    spec: {
      replicas,
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      selector: { matchLabels: labels },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
      template: { metadata: { labels }, spec },
    },
    status: {
      observedGeneration: 1,
      replicas,
      updatedReplicas: replicas,
      readyReplicas: replicas,
      availableReplicas: replicas,
      conditions: [
        condition('Available', 'MinimumReplicasAvailable'),
        condition('Progressing', 'NewReplicaSetAvailable'),
      ],
    },
  }
  const setMeta = current.object.metadata
  const set: Owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: setMeta.name, uid: setMeta.uid }
  return {
    objects: [object, old.object, current.object, ...companions(time, plan, labels)],
    pods: Array.from({ length: replicas }, (_, n) => ({
      name: `${set.name}-${suffix(time.random, 5)}`,
      namespace,
      labels: current.own,
      owner: set,
      spec,
      startedMs: startedMs + n * 1_000,
    })),
    service: { name, port: 8_080 },
  }
}

/** A pod on each node. */
export function daemonSet(time: ExampleTime, plan: Plan): Workload {
  const { namespace, name, replicas, startedMs } = plan
  const labels = { 'k8s-app': name }
  const meta = metaOf(time, plan)
  const spec = {
    ...templateSpec(name),
    hostNetwork: true,
    priorityClassName: 'system-node-critical',
    priority: 2_000_001_000,
    tolerations: [{ operator: 'Exists' }],
  }
  const owner: Owner = { apiVersion: 'apps/v1', kind: 'DaemonSet', name, uid: meta.uid }
  return {
    objects: [
      {
        apiVersion: 'apps/v1',
        kind: 'DaemonSet',
        metadata: { ...meta, labels },
        spec: {
          selector: { matchLabels: labels },
          template: { metadata: { labels }, spec },
          updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
        },
        status: {
          observedGeneration: 1,
          desiredNumberScheduled: replicas,
          currentNumberScheduled: replicas,
          numberReady: replicas,
          numberAvailable: replicas,
          numberMisscheduled: 0,
          updatedNumberScheduled: replicas,
        },
      },
    ],
    pods: Array.from({ length: replicas }, (_, n) => ({
      name: `${name}-${suffix(time.random, 5)}`,
      namespace,
      labels: { ...labels, 'pod-template-generation': '1' },
      owner,
      spec,
      startedMs: startedMs + n * 500,
    })),
    service: undefined,
  }
}

const hashOf = (time: ExampleTime): string => hex(time.random, 10)
