import type { RawObject } from '../../server/src/port/cluster-api.ts'
import type { ExampleTime } from './example-node.ts'
import { hex, type Owner } from './example-pod.ts'
import { companions, metaOf, type Plan, templateSpec, type Workload } from './example-workload.ts'

/** With a headless service and a bound claim of each pod. */
export function statefulSet(time: ExampleTime, plan: Plan): Workload {
  const { namespace, name, replicas, startedMs } = plan
  const labels = { 'app.kubernetes.io/name': name, 'app.kubernetes.io/part-of': namespace }
  const meta = metaOf(time, plan)
  const spec = templateSpec(name)
  const revision = `${name}-${hashOf(time)}`
  const object = {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { ...meta, labels },
    spec: {
      replicas,
      serviceName: name,
      podManagementPolicy: 'OrderedReady',
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec },
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
      volumeClaimTemplates: [
        {
          metadata: { name: 'data' },
          spec: {
            accessModes: ['ReadWriteOnce'],
            storageClassName: 'standard',
            resources: { requests: { storage: '20Gi' } },
          },
        },
      ],
    },
    status: {
      observedGeneration: 1,
      replicas,
      readyReplicas: replicas,
      availableReplicas: replicas,
      currentReplicas: replicas,
      updatedReplicas: replicas,
      currentRevision: revision,
      updateRevision: revision,
    },
  }
  const owner: Owner = { apiVersion: 'apps/v1', kind: 'StatefulSet', name, uid: meta.uid }
  const pods = Array.from({ length: replicas }, (_, n) => ({
    name: `${name}-${n}`,
    namespace,
    labels: {
      ...labels,
      'apps.kubernetes.io/pod-index': String(n),
      'controller-revision-hash': revision,
      'statefulset.kubernetes.io/pod-name': `${name}-${n}`,
    },
    owner,
    spec: {
      ...spec,
      volumes: [{ name: 'data', persistentVolumeClaim: { claimName: `data-${name}-${n}` } }],
    },
    startedMs: startedMs + n * 10_000,
  }))
  const claims = pods.flatMap((pod) => volume(time, plan, `data-${pod.name}`))
  return {
    objects: [object, ...claims, ...companions(time, plan, labels)],
    pods,
    service: { name, port: 8_080 },
  }
}

/** A claim and the volume that it is bound to. */
function volume(time: ExampleTime, plan: Plan, name: string): RawObject[] {
  const claim = metaOf(time, { ...plan, name })
  const volumeName = `pvc-${claim.uid}`
  const shape = { accessModes: ['ReadWriteOnce'], storageClassName: 'standard', volumeMode: 'Filesystem' }
  const capacity = { storage: '20Gi' }
  return [
    {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { ...claim, finalizers: ['kubernetes.io/pvc-protection'] },
      spec: { ...shape, volumeName, resources: { requests: capacity } },
      status: { phase: 'Bound', accessModes: shape.accessModes, capacity },
    },
    {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: {
        ...metaOf(time, { ...plan, name: volumeName }),
        namespace: undefined,
        finalizers: ['kubernetes.io/pv-protection'],
      },
      spec: {
        ...shape,
        capacity,
        persistentVolumeReclaimPolicy: 'Delete',
        claimRef: {
          apiVersion: 'v1',
          kind: 'PersistentVolumeClaim',
          namespace: plan.namespace,
          name,
          uid: claim.uid,
        },
        csi: { driver: 'csi.example.test', volumeHandle: volumeName },
      },
      status: { phase: 'Bound' },
    },
  ]
}

const hashOf = (time: ExampleTime): string => hex(time.random, 10)
