import type { RuleCase } from '../rule.ts'
import {
  ago,
  at,
  condition,
  daemonSet,
  deployment,
  event,
  node,
  ownedBy,
  pod,
  replicaSet,
  running,
  statefulSet,
  unready,
} from './object.suite.ts'

const web = { finds: 'web', at }
const progressing = (minutes: number): object =>
  condition('Progressing', 'True', minutes, 'ReplicaSetUpdated')
const dead = condition('Available', 'False', 20, 'MinimumReplicasUnavailable')
const sick = pod({
  metadata: ownedBy('ReplicaSet', 'web-5d'),
  status: { conditions: unready(20), containerStatuses: [running({ ready: false })] },
})
const short = { readyReplicas: 1, availableReplicas: 1, unavailableReplicas: 1 }

const deploymentCases: readonly RuleCase[] = [
  {
    ...web,
    rule: 'deployment-unavailable',
    positive: [
      deployment({
        status: {
          readyReplicas: 0,
          availableReplicas: 0,
          conditions: [dead, condition('Progressing', 'True', 500, 'NewReplicaSetAvailable')],
        },
      }),
    ],
    negative: [
      deployment({ status: { readyReplicas: 0, availableReplicas: 0, conditions: [dead, progressing(2)] } }),
    ],
  },
  {
    ...web,
    rule: 'deployment-replicas-mismatch',
    positive: [deployment({ status: short }), replicaSet(), sick],
    negative: [
      deployment({ status: { ...short, conditions: [condition('Available', 'True', 500), progressing(3)] } }),
      replicaSet(),
      sick,
    ],
  },
  {
    ...web,
    rule: 'deployment-replicas-mismatch',
    positive: [deployment({ status: short }), replicaSet(), sick],
    negative: [deployment({ spec: { paused: true }, status: short }), replicaSet(), sick],
  },
  {
    ...web,
    rule: 'deployment-replicas-mismatch',
    positive: [deployment({ status: { replicas: 4, readyReplicas: 4 } }), replicaSet()],
    // It is just being scaled down.
    negative: [
      deployment({ metadata: { generation: 2 }, status: { replicas: 4, readyReplicas: 4 } }),
      replicaSet(),
    ],
  },
  {
    ...web,
    rule: 'deployment-rollout-stuck',
    positive: [
      deployment({
        status: {
          updatedReplicas: 1,
          conditions: [
            condition('Available', 'True', 500),
            condition('Progressing', 'False', 20, 'ProgressDeadlineExceeded'),
          ],
        },
      }),
    ],
    negative: [
      deployment({
        spec: { paused: true },
        status: {
          updatedReplicas: 1,
          conditions: [
            condition('Available', 'True', 500),
            condition('Progressing', 'False', 20, 'ProgressDeadlineExceeded'),
          ],
        },
      }),
    ],
  },
  {
    ...web,
    rule: 'deployment-generation-mismatch',
    positive: [deployment({ metadata: { generation: 4 }, status: { observedGeneration: 3 } })],
    negative: [
      deployment({
        metadata: { generation: 4 },
        status: { observedGeneration: 3, conditions: [condition('Available', 'True', 0.2)] },
      }),
    ],
  },
  {
    rule: 'pod-creation-refused',
    at,
    finds: 'web-5d',
    positive: [
      replicaSet({
        status: {
          replicas: 0,
          conditions: [
            condition(
              'ReplicaFailure',
              'True',
              10,
              'FailedCreate',
              'pods "web-1" is forbidden: exceeded quota: team, requested: cpu=1, used: cpu=4, limited: cpu=4',
            ),
          ],
        },
      }),
    ],
    negative: [
      replicaSet({
        status: {
          replicas: 2,
          conditions: [condition('ReplicaFailure', 'True', 10, 'FailedCreate', 'exceeded quota: team')],
        },
      }),
    ],
  },
  {
    rule: 'pod-creation-refused',
    at,
    finds: 'agent',
    positive: [
      daemonSet({ status: { currentNumberScheduled: 1 } }),
      event(
        'DaemonSet',
        'agent',
        'FailedCreate',
        'Error creating: pods "agent-" is forbidden: error looking up service account shop/agent: serviceaccount "agent" not found',
      ),
    ],
    negative: [
      daemonSet(),
      event('DaemonSet', 'agent', 'FailedCreate', 'Error creating: serviceaccount "agent" not found'),
    ],
  },
]

const db = { finds: 'db', at }
const service = { kind: 'Service', metadata: { name: 'db', namespace: 'shop' }, spec: { clusterIP: 'None' } }
const member = (ordinal: number, readyMinutes: number | false, revision = 'db-a'): object =>
  pod({
    name: `db-${ordinal}`,
    metadata: {
      ...ownedBy('StatefulSet', 'db'),
      labels: { app: 'web', 'controller-revision-hash': revision },
    },
    status:
      readyMinutes === false
        ? { conditions: unready(20), containerStatuses: [running({ ready: false })] }
        : { conditions: [condition('Ready', 'True', readyMinutes)] },
  })
const claim = (phase: string): object => ({
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'data-db-0', namespace: 'shop', creationTimestamp: ago(30) },
  status: { phase },
})
const withClaims = (replicas = 1): object =>
  statefulSet({
    spec: {
      replicas,
      volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: { storageClassName: 'fast' } }],
    },
  })

const statefulSetCases: readonly RuleCase[] = [
  {
    ...db,
    rule: 'stateful-set-service-missing',
    positive: [statefulSet()],
    negative: [statefulSet(), service],
  },
  {
    ...db,
    rule: 'stateful-set-storage-class-missing',
    positive: [withClaims(), service, claim('Pending')],
    negative: [withClaims(), service, claim('Bound')],
  },
  {
    ...db,
    rule: 'stateful-set-blocked',
    positive: [statefulSet({ status: { readyReplicas: 1 } }), member(0, 300), member(1, false)],
    negative: [statefulSet({ spec: { replicas: 0 }, status: { readyReplicas: 0, replicas: 0 } })],
  },
  {
    ...db,
    rule: 'stateful-set-update-stuck',
    positive: [
      statefulSet({ status: { updatedReplicas: 1, updateRevision: 'db-b' } }),
      member(0, 300),
      member(1, 300),
      member(2, false, 'db-b'),
    ],
    negative: [
      statefulSet({
        spec: { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } },
        status: { updatedReplicas: 1, updateRevision: 'db-b' },
      }),
      ...[member(0, 300), member(1, 300), member(2, 300, 'db-b')],
    ],
  },
  {
    ...db,
    rule: 'stateful-set-generation-mismatch',
    positive: [statefulSet({ metadata: { generation: 3 } })],
    negative: [statefulSet({ metadata: { generation: 3, creationTimestamp: ago(1) } })],
  },
]

const agent = { finds: 'agent', at }
const daemon = (on: string, minutes: number | false, hash = 'a'): object =>
  pod({
    name: `agent-${on}`,
    metadata: { ...ownedBy('DaemonSet', 'agent'), labels: { app: 'web', 'controller-revision-hash': hash } },
    spec: { nodeName: on },
    status:
      minutes === false
        ? { conditions: unready(20), containerStatuses: [running({ ready: false })] }
        : { conditions: [condition('Ready', 'True', minutes)] },
  })

const daemonSetCases: readonly RuleCase[] = [
  {
    ...agent,
    rule: 'daemon-set-not-ready',
    positive: [
      daemonSet({ status: { numberReady: 2 } }),
      daemon('n1', false),
      daemon('n2', 300),
      node('n1'),
      node('n2'),
    ],
    negative: [
      daemonSet({ status: { numberReady: 2 } }),
      daemon('n1', false),
      daemon('n2', 300),
      node('n1', 'Unknown'),
      node('n2'),
    ],
  },
  {
    ...agent,
    rule: 'daemon-set-not-scheduled',
    positive: [daemonSet({ status: { currentNumberScheduled: 2 } }), node('n1')],
    negative: [
      daemonSet({ status: { currentNumberScheduled: 2 } }),
      { ...node('n1'), metadata: { name: 'n1', creationTimestamp: ago(2) } },
    ],
  },
  {
    ...agent,
    rule: 'daemon-set-misscheduled',
    positive: [daemonSet({ status: { numberMisscheduled: 1 } }), node('n1')],
    negative: [daemonSet(), node('n1')],
  },
  {
    ...agent,
    rule: 'daemon-set-update-stuck',
    positive: [
      daemonSet({ status: { updatedNumberScheduled: 1 } }),
      daemon('n1', 60, 'b'),
      daemon('n2', 300),
    ],
    negative: [daemonSet({ status: { updatedNumberScheduled: 1 } }), daemon('n1', 3, 'b'), daemon('n2', 300)],
  },
  {
    ...agent,
    rule: 'daemon-set-generation-mismatch',
    positive: [daemonSet({ metadata: { generation: 2 } })],
    negative: [daemonSet({ metadata: { generation: 2, creationTimestamp: ago(1) } })],
  },
]

export const controllerCases: readonly RuleCase[] = [
  ...deploymentCases,
  ...statefulSetCases,
  ...daemonSetCases,
]
