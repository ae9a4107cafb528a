import type { RuleCase } from '../rule.ts'
import { at, condition, container, event, pending, pod, running, unready, waiting } from './object.suite.ts'

const unscheduled = (message: string, minutes: number, more: object[] = []): object[] => [
  pod({
    spec: { nodeName: undefined },
    status: {
      phase: 'Pending',
      startTime: undefined,
      containerStatuses: [],
      conditions: [condition('PodScheduled', 'False', minutes, 'Unschedulable', message)],
    },
  }),
  ...more,
]
const noCpu =
  '0/3 nodes are available: 2 Insufficient cpu, 1 node(s) had untolerated taint {a: b, c}. preemption: 0/3 nodes are available: 3 No preemption victims found.'
const noGpu = '0/3 nodes are available: 3 Insufficient nvidia.com/gpu.'
const gated = (gate: string, minutes: number): object =>
  pod({
    spec: { nodeName: undefined, schedulingGates: [{ name: gate }] },
    status: {
      phase: 'Pending',
      containerStatuses: [],
      conditions: [condition('PodScheduled', 'False', minutes, 'SchedulingGated')],
    },
  })

const one = { finds: 'web-1', at }

export const podStartCases: readonly RuleCase[] = [
  { ...one, rule: 'pod-unschedulable', positive: unscheduled(noCpu, 5), negative: unscheduled(noCpu, 0.5) },
  {
    ...one,
    rule: 'pod-unschedulable',
    positive: unscheduled(noCpu, 5, [
      event('Pod', 'web-1', 'NotTriggerScaleUp', 'max node group size reached'),
    ]),
    negative: unscheduled(noCpu, 5, [
      event('Pod', 'web-1', 'TriggeredScaleUp', 'pool 3->4', { type: 'Normal', count: 1 }),
    ]),
  },
  { ...one, rule: 'pod-unschedulable', positive: unscheduled(noCpu, 5), negative: unscheduled(noGpu, 5) },
  {
    ...one,
    rule: 'pod-device-insufficient',
    positive: unscheduled(noGpu, 5),
    negative: unscheduled(noCpu, 5),
  },
  {
    ...one,
    rule: 'pod-device-insufficient',
    positive: unscheduled(
      '0/2 nodes are available: 1 Insufficient hugepages-1Gi, 1 Insufficient openshift.io/sriov_du.',
      5,
    ),
    negative: unscheduled('0/2 nodes are available: 2 Insufficient memory.', 5),
  },
  {
    ...one,
    rule: 'pod-scheduling-gated',
    positive: [gated('example.com/quota-check', 30)],
    negative: [gated('kueue.x-k8s.io/admission', 30)],
  },
  {
    ...one,
    rule: 'pod-image-pull',
    positive: [
      pending('ImagePullBackOff', 'Back-off pulling image "registry.example/shop:1.2"'),
      event(
        'Pod',
        'web-1',
        'Failed',
        'Failed to pull image "registry.example/shop:1.2": rpc error: manifest unknown: manifest unknown',
      ),
    ],
    negative: [
      pending('ContainerCreating'),
      event('Pod', 'web-1', 'Pulling', 'Pulling image "registry.example/shop:1.2"', {
        type: 'Normal',
        count: 1,
      }),
    ],
  },
  {
    ...one,
    rule: 'pod-image-pull',
    positive: [pending('ErrImagePull', 'toomanyrequests: You have reached your pull rate limit', 10)],
    negative: [pending('ErrImagePull', 'toomanyrequests: You have reached your pull rate limit', 1)],
  },
  {
    ...one,
    rule: 'pod-pull-secret-missing',
    positive: [
      pod({ spec: { imagePullSecrets: [{ name: 'registry' }] } }),
      event(
        'Pod',
        'web-1',
        'FailedToRetrieveImagePullSecret',
        'Unable to retrieve some image pull secrets (registry)',
      ),
    ],
    // The event is of another pod that had the same name.
    negative: [
      pod(),
      event(
        'Pod',
        'web-1',
        'FailedToRetrieveImagePullSecret',
        'Unable to retrieve some image pull secrets (registry)',
        { uid: 'uid-before' },
      ),
    ],
  },
  {
    ...one,
    rule: 'pod-config-error',
    positive: [pending('CreateContainerConfigError', 'configmap "settings" not found')],
    negative: [
      pod({
        spec: {
          containers: [container({ envFrom: [{ configMapRef: { name: 'settings', optional: true } }] })],
        },
      }),
    ],
  },
  {
    ...one,
    rule: 'pod-container-create',
    positive: [
      pod({
        status: {
          conditions: unready(10),
          containerStatuses: [
            waiting('RunContainerError', 'exec: "serve": executable file not found in $PATH'),
          ],
        },
      }),
    ],
    negative: [
      pod({
        status: {
          conditions: unready(0.5),
          containerStatuses: [
            waiting('RunContainerError', 'exec: "serve": executable file not found in $PATH'),
          ],
        },
      }),
    ],
  },
  {
    ...one,
    rule: 'pod-sandbox-failed',
    positive: [
      pending('ContainerCreating'),
      event(
        'Pod',
        'web-1',
        'FailedCreatePodSandBox',
        'plugin type="calico" failed (add): no IP addresses available in range',
      ),
    ],
    negative: [
      pending('ContainerCreating'),
      event('Pod', 'web-1', 'FailedCreatePodSandBox', 'plugin type="calico" failed (add): timed out', {
        last: 3,
      }),
      event('Pod', 'web-1', 'Pulling', 'Pulling image', { last: 1, type: 'Normal', count: 1 }),
    ],
  },
  {
    ...one,
    rule: 'pod-volume-mount',
    positive: [
      pending('ContainerCreating'),
      event(
        'Pod',
        'web-1',
        'FailedAttachVolume',
        'Multi-Attach error for volume "pv-1": Volume is already used by pod(s) web-0',
      ),
    ],
    negative: [
      pod(),
      event(
        'Pod',
        'web-1',
        'FailedAttachVolume',
        'Multi-Attach error for volume "pv-1": Volume is already used by pod(s) web-0',
      ),
    ],
  },
  {
    ...one,
    rule: 'pod-start-stuck',
    positive: [pending('ContainerCreating', '', 20)],
    negative: [
      pending('ContainerCreating', '', 20),
      event('Pod', 'web-1', 'Pulling', 'Pulling image of 20 GB', {
        first: 19,
        last: 19,
        count: 1,
        type: 'Normal',
      }),
    ],
  },
  {
    ...one,
    rule: 'pod-start-stuck',
    positive: [pending('ContainerCreating', '', 20)],
    negative: [
      pending('PodInitializing', '', 20, {
        initContainerStatuses: [running({ name: 'migrate', ready: false })],
      }),
    ],
  },
]
