import { NodeSummary } from '@aiops/contract/model/kubernetes'
import { describe, expect, test } from 'vitest'
import { atOnce } from '../../../kernel/stepwise.ts'
import { snapshotOf } from '../snapshot.ts'
import { nodeSummaries } from './node-summary.ts'

const node = (conditions: object[], more: object = {}) => ({
  kind: 'Node',
  metadata: { name: 'n1', labels: { 'node-role.kubernetes.io/worker': '', 'kubernetes.io/role': 'gpu' } },
  status: {
    allocatable: {
      cpu: '3800m',
      memory: '8Gi',
      pods: '110',
      'nvidia.com/gpu': '4',
      'nvidia.com/mig-1g.10gb': '7',
    },
    conditions,
    ...more,
  },
})
const ready = { type: 'Ready', status: 'True' }
const asks = (cpu: string, more: object = {}) => ({ name: cpu, resources: { requests: { cpu } }, ...more })
const sidecar = { restartPolicy: 'Always' }
const pod = (name: string, spec: object, phase = 'Running') => ({
  kind: 'Pod',
  metadata: { namespace: 'a', name },
  spec: { nodeName: 'n1', ...spec },
  status: { phase },
})
const summaryOf = (...objects: object[]) => NodeSummary.parse(atOnce(nodeSummaries(snapshotOf(objects)))[0])
const cpuOf = (spec: object): number => summaryOf(node([ready]), pod('p', spec)).requested.cpu_cores

describe('what a pod requests is what the scheduler sets aside', () => {
  test.each([
    ['the sum of main containers', { containers: [asks('100m'), asks('200m')] }, 0.3],
    [
      'the largest init container',
      { initContainers: [asks('1'), asks('500m')], containers: [asks('100m')] },
      1,
    ],
    [
      'sidecars beside the main ones',
      { initContainers: [asks('300m', sidecar)], containers: [asks('100m')] },
      0.4,
    ],
    [
      'an init container with the sidecars started before it, not after',
      { initContainers: [asks('300m', sidecar), asks('1'), asks('5', sidecar)], containers: [asks('0')] },
      5.3,
    ],
    [
      'an init container that outweighs all that runs later',
      { initContainers: [asks('300m', sidecar), asks('9')], containers: [asks('1')] },
      9.3,
    ],
    ['overhead of the runtime class', { overhead: { cpu: '250m' }, containers: [asks('1')] }, 1.25],
    [
      'what the pod as a whole asks for',
      { resources: { requests: { cpu: '2' } }, containers: [asks('1')] },
      2,
    ],
    ['nothing where nothing is asked, or nonsense', { containers: [{ name: 'm' }, asks('lots')] }, 0],
  ])('%s', (_, spec, cores) => {
    expect(cpuOf(spec)).toBeCloseTo(cores, 6)
  })
})

describe('a node', () => {
  test('counts pods that have not ended, and GPUs as they are handed out', () => {
    const gpus = { containers: [{ name: 'm', resources: { requests: { 'nvidia.com/gpu': '2' } } }] }
    const summary = summaryOf(node([ready]), pod('p', gpus), pod('done', gpus, 'Succeeded'))
    expect(summary).toMatchObject({
      ...{ ready: true, schedulable: true, roles: ['gpu', 'worker'], problems: [], pods: 1 },
      allocatable: { cpu_cores: 3.8, memory_bytes: 8 * 2 ** 30, pods: 110, gpus: 11 },
      requested: { gpus: 2 },
    })
  })

  test.each([
    [[], [ready]],
    [['MemoryPressure'], [ready, { type: 'MemoryPressure', status: 'True' }]],
    [
      ['NotReady'],
      [
        { type: 'Ready', status: 'Unknown' },
        { type: 'DiskPressure', status: 'Unknown' },
      ],
    ],
    [['NotReady'], []],
    [
      [],
      [
        ready,
        { type: 'KernelDeadlock', status: 'False' },
        { type: 'FrequentKubeletRestart', status: 'False' },
      ],
    ],
    [['ReadonlyFilesystem'], [ready, { type: 'ReadonlyFilesystem', status: 'True' }]],
    [[], [ready, { type: 'EtcdIsVoter', status: 'True' }, { type: 'SomethingOfOurs', status: 'True' }]],
    [['GpuHealthy'], [ready, { type: 'GpuHealthy', status: 'False' }]],
    [[], [ready, { type: 'KubeletUnhealthy', status: 'False' }]],
  ])('has the problems %j', (problems, conditions) => {
    expect(summaryOf(node(conditions)).problems).toEqual(problems)
  })
})
