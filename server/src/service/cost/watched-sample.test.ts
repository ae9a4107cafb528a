import { expect, it } from 'vitest'
import { CostConfig } from './config.ts'
import type { CostInventory } from './index.ts'
import { watchedSamples } from './watched-sample.ts'

const inventory: CostInventory = {
  cluster: 'prod',
  nodes: [
    {
      ...{ name: 'n1', allocatable: { cpu: 8, memory: 32, 'nvidia.com/gpu': 2, pods: 110 } },
      labels: {
        'topology.kubernetes.io/region': 'eu-west-1',
        'node.kubernetes.io/instance-type': 'm5.2xlarge',
      },
    },
  ],
  pods: [
    {
      ...{ namespace: 'shop', name: 'web-1', node: 'n1', phase: 'Running' },
      labels: { 'app.kubernetes.io/name': 'web', team: 'sales', secret: 'x' },
      ...{
        owner: { kind: 'Deployment', name: 'web' },
        requests: { cpu: 0.5, memory: 64, 'nvidia.com/gpu': 1 },
      },
    },
    {
      ...{ namespace: 'shop', name: 'done', node: 'n1', phase: 'Succeeded', labels: {}, owner: undefined },
      requests: { cpu: 1 },
    },
    {
      ...{ namespace: 'shop', name: 'waits', node: '', phase: 'Pending', labels: {}, owner: undefined },
      requests: { cpu: 1 },
    },
  ],
}
const config = CostConfig.parse({})

it('writes requests of pods that run, with the labels that costs are put together by and no other', () => {
  const samples = [...watchedSamples([inventory], new Set(), config, 1)].flat()
  const named = (name: string) => samples.filter(({ labels }) => labels.__name__ === name)
  expect(named('aiops_pod_cpu_request_cores')).toEqual([
    {
      labels: {
        ...{ __name__: 'aiops_pod_cpu_request_cores', cluster: 'prod', namespace: 'shop', pod: 'web-1' },
        ...{ node: 'n1', controller_kind: 'Deployment', controller: 'web', service: 'web', team: 'sales' },
      },
      ...{ timeMs: 1, value: 0.5 },
    },
  ])
  expect(named('aiops_pod_gpu_request')[0]?.value).toBe(1)
  expect(named('aiops_node_gpus')[0]).toMatchObject({ value: 2, labels: { region: 'eu-west-1' } })
})

it('writes nothing of a cluster that kube-state-metrics tells of', () => {
  expect([...watchedSamples([inventory], new Set(['prod']), config, 1)]).toEqual([])
})

it('takes the first label that settings name, whatever Kubernetes writes between its words, and none that is empty', () => {
  const [pod] = inventory.pods
  const labels = {
    team: '',
    'example.com/team': 'x',
    'app.kubernetes.io/name': 'a',
    'app-kubernetes-io/name': 'b',
  }
  const settings = { ...config, team_labels: ['team', 'example_com_team'] }
  const [samples] = watchedSamples(
    [{ ...inventory, nodes: [], pods: [{ ...pod!, labels }] }],
    new Set(),
    { ...settings, service_labels: ['app_kubernetes_io_name'] },
    1,
  )
  expect(samples?.[0]?.labels).toMatchObject({ team: 'x', service: 'a' })
})

it('writes every pod of a large cluster once, in pieces of no more than 500 samples, each made when it is asked for', () => {
  let looked = 0
  const pods = Array.from({ length: 2_000 }, (_, i) => ({
    ...inventory.pods[0]!,
    name: `web-${i}`,
    get phase() {
      looked += 1
      return 'Running'
    },
  }))
  const pieces = watchedSamples([{ ...inventory, pods }], new Set(), config, 1)
  const first = pieces.next().value ?? []
  expect(looked).toBeLessThan(500)
  const all = [first, ...pieces]
  expect(Math.max(...all.map(({ length }) => length))).toBeLessThanOrEqual(500)
  const written = all.flat().map(({ labels }) => `${labels.__name__} ${labels.pod ?? labels.node}`)
  expect(written).toHaveLength(3 + 3 * pods.length)
  expect(new Set(written).size).toBe(written.length)
})
