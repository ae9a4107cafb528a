import type { RuleCase } from '../rule.ts'
import { ago, condition, now, of, service } from './fixture.suite.ts'

const operator = (name: string, ...conditions: object[]) =>
  of('ClusterOperator', name, '', { status: { conditions } })
const fine = [
  condition('Available', 'True'),
  condition('Progressing', 'False'),
  condition('Degraded', 'False'),
]
const version = (spec: object, ...conditions: object[]) =>
  of('ClusterVersion', 'version', '', { spec, status: { desired: { version: '4.16.3' }, conditions } })
const channel = { channel: 'stable-4.16' }
const pool = (name: string, paused: boolean, updated: number, ...conditions: object[]) =>
  of('MachineConfigPool', name, '', {
    spec: { paused },
    status: { machineCount: 3, updatedMachineCount: updated, conditions },
  })
const route = (
  name: string,
  spec: object = {},
  status: object = {
    ingress: [{ host: 'h', routerName: 'default', conditions: [condition('Admitted', 'True')] }],
  },
  more = {},
) =>
  of(
    'Route',
    name,
    'shop',
    {
      spec: { host: 'shop.example.com', to: { kind: 'Service', name: 'web', weight: 100 }, ...spec },
      status,
    },
    more,
  )
const web = service('web', { app: 'web' }, { ports: [{ name: 'http', port: 80, targetPort: 8080 }] })

export const openshiftCases: readonly RuleCase[] = [
  {
    rule: 'cluster-operator-unavailable',
    positive: [operator('etcd', condition('Available', 'False', { reason: 'QuorumLost' }))],
    finds: 'etcd',
    negative: [
      operator('etcd', ...fine),
      operator('dns', condition('Available', 'False', { lastTransitionTime: ago(1) })),
    ],
    at: now,
  },
  {
    rule: 'cluster-operator-degraded',
    positive: [
      operator(
        'monitoring',
        condition('Available', 'True'),
        condition('Degraded', 'True', { message: 'UpdatingPrometheus failed' }),
      ),
    ],
    finds: 'monitoring',
    negative: [
      operator('monitoring', ...fine),
      operator('console', condition('Degraded', 'True', { lastTransitionTime: ago(2) })),
    ],
    at: now,
  },
  {
    rule: 'cluster-operator-progressing-long',
    positive: [
      operator('network', condition('Progressing', 'True', { lastTransitionTime: ago(90) })),
      version(channel, condition('Progressing', 'False')),
    ],
    finds: 'network',
    negative: [
      operator('network', condition('Progressing', 'True', { lastTransitionTime: ago(90) })),
      version(channel, condition('Progressing', 'True')),
    ],
    at: now,
  },
  {
    rule: 'cluster-version-failing',
    positive: [
      version(channel, condition('Failing', 'True', { message: 'Cluster operator etcd is not available' })),
    ],
    finds: 'version',
    negative: [
      version(
        channel,
        condition('Failing', 'False'),
        condition('Upgradeable', 'False', { reason: 'AdminAckRequired' }),
      ),
    ],
    at: now,
  },
  {
    rule: 'cluster-version-updating-long',
    positive: [version(channel, condition('Progressing', 'True', { lastTransitionTime: ago(300) }))],
    finds: 'version',
    negative: [version(channel, condition('Progressing', 'True', { lastTransitionTime: ago(60) }))],
    at: now,
  },
  {
    rule: 'cluster-version-updates-unknown',
    positive: [
      version(
        channel,
        condition('RetrievedUpdates', 'False', { reason: 'RemoteFailed', lastTransitionTime: ago(120) }),
      ),
    ],
    finds: 'version',
    negative: [
      version(
        {},
        condition('RetrievedUpdates', 'False', { reason: 'NoChannel', lastTransitionTime: ago(120) }),
      ),
    ],
    at: now,
  },
  {
    rule: 'machine-config-pool-degraded',
    positive: [
      pool(
        'worker',
        false,
        2,
        condition('NodeDegraded', 'True', { message: 'node n1 is reporting: unexpected on-disk state' }),
      ),
    ],
    finds: 'worker',
    negative: [
      pool(
        'worker',
        false,
        3,
        condition('Degraded', 'False'),
        condition('NodeDegraded', 'False'),
        condition('Updated', 'True'),
      ),
    ],
    at: now,
  },
  {
    rule: 'machine-config-pool-paused',
    positive: [pool('worker', true, 0, condition('Updated', 'False', { lastTransitionTime: ago(48 * 60) }))],
    finds: 'worker',
    negative: [
      pool('worker', true, 3, condition('Updated', 'True', { lastTransitionTime: ago(48 * 60) })),
      pool('infra', true, 0, condition('Updated', 'False', { lastTransitionTime: ago(60) })),
    ],
    at: now,
  },
  {
    rule: 'machine-config-pool-updating-long',
    positive: [pool('worker', false, 1, condition('Updating', 'True', { lastTransitionTime: ago(180) }))],
    finds: 'worker',
    negative: [pool('worker', false, 1, condition('Updating', 'True', { lastTransitionTime: ago(60) }))],
    at: now,
  },
  {
    rule: 'route-not-admitted',
    positive: [
      route(
        'shop',
        {},
        { ingress: [{ conditions: [condition('Admitted', 'False', { reason: 'HostAlreadyClaimed' })] }] },
      ),
      web,
    ],
    finds: 'shop',
    negative: [route('shop'), route('new', {}, {}, { creationTimestamp: ago(1) }), web],
    at: now,
  },
  {
    rule: 'route-service-missing',
    positive: [route('shop')],
    finds: 'shop',
    negative: [route('shop'), web],
    at: now,
  },
  {
    rule: 'route-port-missing',
    positive: [route('shop', { port: { targetPort: 'https' } }), web],
    finds: 'shop',
    negative: [
      route('shop', { port: { targetPort: 'http' } }),
      route('number', { port: { targetPort: 8080 } }),
      web,
    ],
    at: now,
  },
]
