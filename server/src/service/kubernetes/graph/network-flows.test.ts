import { describe, expect, test } from 'vitest'
import { atOnce } from '../../../kernel/stepwise.ts'
import { snapshotOf } from '../snapshot.ts'
import { networkFlows } from './network-flows.ts'

const namespace = (name: string, labels: Record<string, string> = {}) => ({
  kind: 'Namespace',
  metadata: { name, labels },
})
const pod = (
  place: string,
  name: string,
  labels: Record<string, string> = {},
  more: object = {},
  status: object = {},
) => ({
  kind: 'Pod',
  metadata: { namespace: place, name, labels },
  spec: { containers: [{ name: 'main', ports: [] }], ...more },
  status: { phase: 'Running', ...status },
})
const policy = (place: string, name: string, spec: object) => ({
  kind: 'NetworkPolicy',
  metadata: { namespace: place, name },
  spec,
})

function flowsOf(objects: readonly object[]) {
  const { flows, ...rest } = atOnce(networkFlows(snapshotOf(objects), { limit: 10_000 }))
  const find = (source: string, target: string) =>
    flows.find((one) => one.source.name === source && one.target.name === target)
  return { find, flows, ...rest }
}

describe('flows between workloads', () => {
  const pods = [
    pod('a', 'web', { app: 'web' }),
    pod('a', 'db', { app: 'db' }),
    pod('b', 'job', { app: 'job' }),
  ]
  const api = { podSelector: { matchLabels: { app: 'web' } } }

  test('are open where there is no policy', () => {
    const { find, uncoveredPods, namespaces } = flowsOf(pods)
    expect(find('job', 'db')).toMatchObject({ allowed: true, ports: [], policies: [] })
    expect(uncoveredPods).toBe(3)
    expect(namespaces).toContainEqual({ source: 'b', target: 'a', allowed: 2, total: 2 })
  })

  test('an empty selector without rules is default-deny, not allow-all', () => {
    const deny = policy('a', 'deny', { podSelector: {}, policyTypes: ['Ingress'] })
    const { find, uncoveredPods, namespaces } = flowsOf([...pods, deny])
    expect(find('job', 'db')).toMatchObject({ allowed: false, policies: ['a/deny'] })
    expect(find('web', 'db')?.allowed).toBe(false)
    expect(find('web', 'job')?.allowed).toBe(true)
    expect(uncoveredPods).toBe(1)
    expect(namespaces).toContainEqual({ source: 'b', target: 'a', allowed: 0, total: 2 })
  })

  test('need both ends to agree, on the same ports', () => {
    const into = policy('a', 'into', {
      podSelector: { matchLabels: { app: 'db' } },
      ingress: [{ from: [api], ports: [{ port: 5432 }, { port: 8000, endPort: 8010 }] }],
    })
    const out = (ports: object[]) =>
      policy('a', 'out', {
        podSelector: { matchLabels: { app: 'web' } },
        policyTypes: ['Egress'],
        egress: [{ to: [{ podSelector: {} }], ports }],
      })
    expect(flowsOf([...pods, into, out([{ port: 8005, endPort: 9000 }])]).find('web', 'db')).toMatchObject({
      allowed: true,
      ports: ['8005-8010/TCP'],
      policies: ['a/out', 'a/into'],
    })
    expect(flowsOf([...pods, into, out([{ port: 5432, protocol: 'UDP' }])]).find('web', 'db')?.allowed).toBe(
      false,
    )
  })

  test('both selectors in one peer are both needed, in two peers either', () => {
    const spaces = [namespace('a'), namespace('b', { team: 'x' })]
    const into = (from: object[]) => policy('a', 'into', { podSelector: {}, ingress: [{ from }] })
    const team = { namespaceSelector: { matchLabels: { team: 'x' } } }
    const both = flowsOf([...pods, ...spaces, into([{ ...team, ...api }])])
    expect([both.find('job', 'db')?.allowed, both.find('web', 'db')?.allowed]).toEqual([false, false])
    const either = flowsOf([...pods, ...spaces, into([team, api])])
    expect([either.find('job', 'db')?.allowed, either.find('web', 'db')?.allowed]).toEqual([true, true])
  })

  test('a namespace can be named by the label that the API server gives it', () => {
    const into = policy('a', 'into', {
      podSelector: {},
      ingress: [{ from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'b' } } }] }],
    })
    const { find } = flowsOf([...pods, into])
    expect([find('job', 'db')?.allowed, find('web', 'db')?.allowed]).toEqual([true, false])
  })

  test('a named port is the one that the target calls so', () => {
    const named = (port: number) => ({
      containers: [{ name: 'c', ports: [{ name: 'sql', containerPort: port }] }],
    })
    const into = policy('a', 'into', { podSelector: {}, ingress: [{ ports: [{ port: 'sql' }] }] })
    const { find } = flowsOf([
      pod('a', 'db', {}, named(5432)),
      pod('a', 'db2', {}, named(6432)),
      pod('a', 'web'),
      into,
    ])
    expect(find('web', 'db')?.ports).toEqual(['5432/TCP'])
    expect(find('web', 'db2')?.ports).toEqual(['6432/TCP'])
    expect(find('db', 'web')?.allowed).toBe(false)
  })

  test('a named port is of the protocol that is asked for', () => {
    const ports = [{ name: 'dns', containerPort: 53, protocol: 'UDP' }]
    const target = pod('a', 'db', {}, { containers: [{ name: 'c', ports }] })
    const into = (protocol: string) =>
      policy('a', 'into', { podSelector: {}, ingress: [{ ports: [{ port: 'dns', protocol }] }] })
    expect(flowsOf([target, pods[2]!, into('UDP')]).find('job', 'db')?.ports).toEqual(['53/UDP'])
    expect(flowsOf([target, pods[2]!, into('TCP')]).find('job', 'db')?.allowed).toBe(false)
  })

  test('peers by label alone are those of the namespace of each policy', () => {
    const same = (place: string) =>
      policy(place, 'same', { podSelector: {}, ingress: [{ from: [{ podSelector: {} }] }] })
    const { find } = flowsOf([...pods, pod('b', 'job2'), same('a'), same('b')])
    expect([find('web', 'db')?.allowed, find('job2', 'job')?.allowed]).toEqual([true, true])
    expect([find('web', 'job')?.allowed, find('job', 'web')?.allowed]).toEqual([false, false])
  })

  test('pods alike in all but their address are told apart by a block of addresses', () => {
    const at = (name: string, podIP: string) => pod('b', name, {}, {}, { podIP })
    const from = [{ ipBlock: { cidr: '10.0.0.0/24', except: ['10.0.0.8/32'] } }]
    const into = policy('a', 'into', { podSelector: {}, ingress: [{ from }] })
    const { find } = flowsOf([
      ...pods,
      at('in', '10.0.0.7'),
      at('out', '10.0.1.7'),
      at('hole', '10.0.0.8'),
      into,
    ])
    expect(['in', 'out', 'hole'].map((name) => find(name, 'db')?.allowed)).toEqual([true, false, false])
  })

  test('pods on the network of the host are selected by none, and are peers by address alone', () => {
    const host = pod('a', 'agent', { app: 'web' }, { hostNetwork: true }, { podIP: '10.0.0.7' })
    const deny = policy('a', 'deny', {
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ from: [api] }],
    })
    const first = flowsOf([host, pods[1]!, pods[2]!, deny])
    expect([first.find('agent', 'db')?.allowed, first.find('job', 'agent')?.allowed]).toEqual([false, true])
    expect(first.uncoveredPods).toBe(1)
    const block = policy('a', 'block', {
      podSelector: {},
      ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/24' } }] }],
    })
    expect(flowsOf([host, pods[1]!, block]).find('agent', 'db')?.allowed).toBe(true)
  })

  test('pods of one Deployment that differ only in labels no policy speaks of are one', () => {
    const owned = (name: string, hash: string) => ({
      ...pod('a', name),
      metadata: {
        ...{ namespace: 'a', name, labels: { 'pod-template-hash': hash } },
        ownerReferences: [{ kind: 'ReplicaSet', name: `web-${hash}`, uid: hash, controller: true }],
      },
    })
    const set = (hash: string) => ({
      kind: 'ReplicaSet',
      metadata: {
        ...{ namespace: 'a', name: `web-${hash}`, uid: hash },
        ownerReferences: [{ kind: 'Deployment', name: 'web', uid: 'd', controller: true }],
      },
    })
    const { flows } = flowsOf([owned('web-1-x', '1'), owned('web-2-y', '2'), set('1'), set('2')])
    expect(flows.map(({ source }) => `${source.kind}/${source.name}`)).toEqual(['Deployment/web'])
  })

  test('say that there was more than the limit', () => {
    const answer = atOnce(networkFlows(snapshotOf(pods), { limit: 4 }))
    expect([answer.flows.length, answer.truncated]).toEqual([4, true])
  })
})
