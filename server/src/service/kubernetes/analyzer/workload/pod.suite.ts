import type { RuleCase } from '../rule.ts'
import {
  ago,
  at,
  condition,
  container,
  ended,
  event,
  node,
  ownedBy,
  pending,
  pod,
  running,
  unready,
  waiting,
} from './object.suite.ts'

const one = { finds: 'web-1', at }

export const podCases: readonly RuleCase[] = [
  {
    ...one,
    rule: 'pod-crash-loop',
    positive: [
      pod({
        status: {
          conditions: unready(20),
          containerStatuses: [waiting('CrashLoopBackOff', '', { restartCount: 7, lastState: ended(139, 2) })],
        },
      }),
    ],
    negative: [
      pod({
        status: {
          conditions: unready(20),
          containerStatuses: [
            waiting('CrashLoopBackOff', '', { restartCount: 7, lastState: ended(137, 2, 'OOMKilled') }),
          ],
        },
      }),
    ],
  },
  {
    ...one,
    rule: 'pod-crash-loop',
    positive: [
      pending('PodInitializing', '', 20, {
        initContainerStatuses: [
          waiting('CrashLoopBackOff', '', { name: 'migrate', restartCount: 4, lastState: ended(1, 2) }),
        ],
      }),
    ],
    negative: [
      pending('PodInitializing', '', 20, {
        initContainerStatuses: [running({ name: 'migrate', ready: false })],
      }),
    ],
  },
  {
    ...one,
    rule: 'pod-oom-killed',
    positive: [
      pod({
        status: { containerStatuses: [running({ restartCount: 1, lastState: ended(137, 20, 'OOMKilled') })] },
      }),
    ],
    negative: [
      pod({
        status: {
          containerStatuses: [running({ restartCount: 1, lastState: ended(137, 200, 'OOMKilled') })],
        },
      }),
    ],
  },
  {
    ...one,
    rule: 'pod-restarting',
    positive: [
      pod({ status: { containerStatuses: [running({ restartCount: 4, lastState: ended(1, 6) })] } }),
      event('Pod', 'web-1', 'Started', 'Started container app', {
        type: 'Normal',
        first: 50,
        last: 5,
        count: 5,
      }),
    ],
    negative: [
      pod({
        status: {
          startTime: ago(60_000),
          containerStatuses: [running({ restartCount: 4, lastState: ended(1, 6) })],
        },
      }),
    ],
  },
  {
    ...one,
    rule: 'pod-failed',
    positive: [
      pod({
        spec: { restartPolicy: 'Never' },
        status: { phase: 'Failed', containerStatuses: [running({ ready: false, state: ended(2, 10) })] },
      }),
    ],
    negative: [
      pod({
        metadata: ownedBy('Job', 'report-1'),
        spec: { restartPolicy: 'Never' },
        status: { phase: 'Failed', containerStatuses: [running({ ready: false, state: ended(2, 10) })] },
      }),
    ],
  },
  {
    ...one,
    rule: 'pod-not-ready',
    positive: [
      pod({ status: { conditions: unready(6), containerStatuses: [running({ ready: false })] } }),
      event('Pod', 'web-1', 'Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 503'),
    ],
    negative: [
      pod({
        spec: {
          containers: [
            container({
              startupProbe: { periodSeconds: 10, failureThreshold: 60, httpGet: { path: '/', port: 80 } },
            }),
          ],
        },
        status: {
          conditions: unready(6),
          containerStatuses: [
            running({ ready: false, started: false, state: { running: { startedAt: ago(6) } } }),
          ],
        },
      }),
      event('Pod', 'web-1', 'Unhealthy', 'Startup probe failed: connect: connection refused'),
    ],
  },
  {
    ...one,
    rule: 'pod-not-ready',
    positive: [
      node('node-1'),
      pod({ status: { conditions: unready(20), containerStatuses: [running({ ready: false })] } }),
    ],
    negative: [
      node('node-1', 'Unknown'),
      pod({ status: { conditions: unready(20), containerStatuses: [running({ ready: false })] } }),
    ],
  },
  {
    ...one,
    rule: 'pod-liveness-failing',
    positive: [
      pod(),
      event(
        'Pod',
        'web-1',
        'Unhealthy',
        'Liveness probe failed: Get "http://10.0.0.1/": context deadline exceeded',
        { count: 4 },
      ),
    ],
    negative: [
      pod(),
      event('Pod', 'web-1', 'Unhealthy', 'Startup probe failed: connect: connection refused', { count: 9 }),
    ],
  },
  {
    ...one,
    rule: 'pod-readiness-gate',
    positive: [
      pod({
        spec: { readinessGates: [{ conditionType: 'target-health.example/web' }] },
        status: {
          conditions: [
            condition('Ready', 'False', 20, 'ReadinessGatesNotReady'),
            condition('ContainersReady', 'True', 20),
            condition('target-health.example/web', 'False', 20),
          ],
        },
      }),
    ],
    negative: [
      pod({
        spec: { readinessGates: [{ conditionType: 'target-health.example/web' }] },
        status: {
          conditions: [
            condition('Ready', 'False', 3, 'ReadinessGatesNotReady'),
            condition('ContainersReady', 'True', 3),
            condition('target-health.example/web', 'False', 3),
          ],
        },
      }),
    ],
  },
  {
    ...one,
    rule: 'pod-evicted',
    positive: [
      pod({
        status: {
          phase: 'Failed',
          reason: 'Evicted',
          message: 'The node was low on resource: memory. Threshold quantity: 100Mi',
          conditions: [condition('DisruptionTarget', 'True', 10, 'TerminationByKubelet')],
          containerStatuses: [],
        },
      }),
    ],
    negative: [
      pod({
        metadata: ownedBy('ReplicaSet', 'web-5d'),
        status: {
          phase: 'Failed',
          reason: 'Evicted',
          message: 'The node was low on resource: memory.',
          conditions: [condition('DisruptionTarget', 'True', 500, 'TerminationByKubelet')],
          containerStatuses: [],
        },
      }),
    ],
  },
  {
    ...one,
    rule: 'pod-ephemeral-storage-evicted',
    positive: [
      pod({
        status: {
          phase: 'Failed',
          reason: 'Evicted',
          message: 'Pod ephemeral local storage usage exceeds the total limit of containers 1Gi.',
          conditions: [condition('DisruptionTarget', 'True', 10)],
        },
      }),
    ],
    negative: [
      pod({
        status: {
          phase: 'Failed',
          reason: 'Evicted',
          message: 'The node was low on resource: memory.',
          conditions: [condition('DisruptionTarget', 'True', 10)],
        },
      }),
    ],
  },
  {
    ...one,
    rule: 'pod-rejected-by-node',
    positive: [
      pod({
        status: {
          phase: 'Failed',
          reason: 'TopologyAffinityError',
          message: 'Resources cannot be allocated with Topology locality',
          startTime: ago(5),
          containerStatuses: [],
        },
      }),
    ],
    negative: [
      pod({
        status: {
          phase: 'Failed',
          reason: 'Terminated',
          message: 'Pod was terminated in response to imminent node shutdown.',
          startTime: ago(5),
          containerStatuses: [],
        },
      }),
    ],
  },
  {
    rule: 'pod-preempted',
    finds: 'shop',
    at,
    positive: [
      event('Pod', 'batch-1', 'Preempted', 'Preempted by pod 3f on node node-1', {
        type: 'Normal',
        first: 5,
        count: 1,
      }),
    ],
    negative: [event('Pod', 'batch-1', 'Killing', 'Stopping container app', { type: 'Normal', count: 1 })],
  },
  {
    ...one,
    rule: 'pod-stuck-terminating',
    positive: [
      pod({
        metadata: {
          deletionTimestamp: ago(30),
          deletionGracePeriodSeconds: 30,
          finalizers: ['example.com/cleanup'],
        },
      }),
    ],
    negative: [pod({ metadata: { deletionTimestamp: ago(-50), deletionGracePeriodSeconds: 3_600 } })],
  },
  {
    ...one,
    rule: 'pinned-pod-not-guaranteed',
    positive: [
      pod({
        metadata: { annotations: { 'k8s.v1.cni.cncf.io/networks': 'sriov-du' } },
        spec: {
          containers: [
            container({
              resources: {
                limits: { cpu: '2', memory: '4Gi', 'hugepages-1Gi': '4Gi', 'openshift.io/sriov_du': '1' },
                requests: { cpu: '1', 'hugepages-1Gi': '4Gi', 'openshift.io/sriov_du': '1' },
              },
            }),
          ],
        },
      }),
    ],
    // A database with huge pages.
    negative: [
      pod({
        spec: {
          containers: [
            container({
              resources: {
                limits: { 'hugepages-2Mi': '1Gi' },
                requests: { cpu: '500m', 'hugepages-2Mi': '1Gi' },
              },
            }),
          ],
        },
      }),
    ],
  },
  {
    ...one,
    rule: 'pinned-pod-exec-probes',
    positive: [
      pod({
        metadata: { annotations: { 'cpu-load-balancing.crio.io': 'disable' } },
        spec: {
          containers: [container({ livenessProbe: { exec: { command: ['check'] }, periodSeconds: 5 } })],
        },
      }),
    ],
    negative: [
      pod({
        metadata: { annotations: { 'cpu-load-balancing.crio.io': 'disable' } },
        spec: {
          containers: [container({ livenessProbe: { exec: { command: ['check'] }, periodSeconds: 30 } })],
        },
      }),
    ],
  },
]
