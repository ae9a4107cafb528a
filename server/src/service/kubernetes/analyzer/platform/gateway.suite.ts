import type { RuleCase } from '../rule.ts'
import { ago, condition, namespace, now, of, service } from './fixture.suite.ts'

const accepted = [condition('Accepted', 'True', { reason: 'Accepted' })]
const programmed = [...accepted, condition('Programmed', 'True', { reason: 'Programmed' })]
const gatewayClass = (conditions: object[] = accepted, more: Record<string, unknown> = {}) =>
  of(
    'GatewayClass',
    'edge',
    '',
    { spec: { controllerName: 'example.com/gateway' }, status: { conditions } },
    more,
  )
const listener = (more: object = {}) => ({ name: 'http', port: 80, protocol: 'HTTP', ...more })
const gateway = ({
  listeners = [listener()],
  conditions = programmed as object[],
  of_ = [] as object[],
  className = 'edge',
} = {}) =>
  of('Gateway', 'edge', 'infra', {
    spec: { gatewayClassName: className, listeners },
    status: { conditions, listeners: of_ },
  })
const open = { allowedRoutes: { namespaces: { from: 'All' } } }
const route = (spec: object = {}, status: object = {}) =>
  of('HTTPRoute', 'shop', 'shop', {
    spec: {
      parentRefs: [{ name: 'edge', namespace: 'infra' }],
      hostnames: ['shop.example.com'],
      rules: [{ backendRefs: [{ name: 'web', port: 80 }] }],
      ...spec,
    },
    status,
  })
const web = service('web', { app: 'web' })
const stock = service('stock', { app: 'stock' }, {}, 'store')
const toStock = { rules: [{ backendRefs: [{ name: 'stock', namespace: 'store', port: 80 }] }] }
const grant = (kind: string, from: string, ns: string, to: string) =>
  of('ReferenceGrant', 'grant', ns, {
    spec: {
      from: [{ group: 'gateway.networking.k8s.io', kind, namespace: from }],
      to: [{ group: '', kind: to }],
    },
  })
const secure = gateway({
  listeners: [
    listener({
      protocol: 'HTTPS',
      tls: { certificateRefs: [{ kind: 'Secret', name: 'tls', namespace: 'certs' }] },
    }),
  ],
})
const told = (...conditions: object[]) => ({
  parents: [
    { parentRef: { name: 'edge', namespace: 'infra' }, controllerName: 'example.com/gateway', conditions },
  ],
})

export const gatewayCases: readonly RuleCase[] = [
  {
    rule: 'gateway-class-not-accepted',
    positive: [
      gatewayClass([
        condition('Accepted', 'False', { reason: 'InvalidParameters', message: 'no such parameters' }),
      ]),
    ],
    finds: 'edge',
    negative: [
      gatewayClass([...accepted, condition('SupportedVersion', 'True', { reason: 'SupportedVersion' })]),
      of(
        'GatewayClass',
        'new',
        '',
        {
          status: {
            conditions: [condition('Accepted', 'Unknown', { reason: 'Pending', lastTransitionTime: ago(1) })],
          },
        },
        { creationTimestamp: ago(1) },
      ),
    ],
    at: now,
  },
  {
    rule: 'gateway-class-missing',
    positive: [gateway({ className: 'egde' }), gatewayClass()],
    finds: 'edge',
    negative: [gateway(), gatewayClass()],
    at: now,
  },
  {
    rule: 'gateway-not-programmed',
    positive: [
      gatewayClass(),
      gateway({
        conditions: [
          ...accepted,
          condition('Programmed', 'False', { reason: 'AddressNotAssigned', message: 'no address' }),
        ],
      }),
    ],
    finds: 'edge',
    negative: [
      gatewayClass(),
      gateway({
        conditions: [
          ...accepted,
          condition('Programmed', 'Unknown', { reason: 'Pending', lastTransitionTime: ago(1) }),
        ],
      }),
    ],
    at: now,
  },
  {
    rule: 'gateway-listener-fault',
    positive: [
      gateway({
        of_: [
          {
            name: 'http',
            conditions: [
              ...programmed,
              condition('ResolvedRefs', 'False', { reason: 'InvalidCertificateRef' }),
            ],
          },
        ],
      }),
    ],
    finds: 'edge',
    negative: [
      gateway({
        of_: [
          {
            name: 'http',
            conditions: [
              ...programmed,
              condition('Conflicted', 'False', { reason: 'NoConflicts' }),
              condition('ResolvedRefs', 'True', { reason: 'ResolvedRefs' }),
            ],
          },
        ],
      }),
    ],
    at: now,
  },
  {
    rule: 'http-route-gateway-missing',
    positive: [route()],
    finds: 'shop',
    negative: [
      route(),
      gateway({ listeners: [listener(open)] }),
      of('HTTPRoute', 'mesh', 'shop', {
        spec: { parentRefs: [{ kind: 'Service', group: '', name: 'web' }] },
      }),
    ],
    at: now,
  },
  {
    rule: 'http-route-gateway-missing',
    positive: [
      route({ parentRefs: [{ name: 'edge', namespace: 'infra', sectionName: 'https' }] }),
      gateway(),
    ],
    finds: 'shop',
    negative: [route({ parentRefs: [{ name: 'edge', namespace: 'infra', sectionName: 'http' }] }), gateway()],
    at: now,
  },
  {
    rule: 'http-route-namespace-not-allowed',
    positive: [route(), gateway(), namespace('shop')],
    finds: 'shop',
    negative: [
      route(),
      gateway({
        listeners: [
          listener({
            allowedRoutes: {
              namespaces: { from: 'Selector', selector: { matchLabels: { exposed: 'yes' } } },
            },
          }),
        ],
      }),
      namespace('shop', { exposed: 'yes' }),
    ],
    at: now,
  },
  {
    rule: 'http-route-hostname-unmatched',
    positive: [
      route(),
      gateway({ listeners: [listener({ ...open, hostname: 'api.example.com' })] }),
      namespace('shop'),
    ],
    finds: 'shop',
    negative: [
      route(),
      gateway({ listeners: [listener({ ...open, hostname: '*.example.com' })] }),
      namespace('shop'),
    ],
    at: now,
  },
  {
    rule: 'http-route-condition',
    positive: [
      route(
        {},
        told(condition('Accepted', 'False', { reason: 'UnsupportedValue', message: 'filter is not known' })),
      ),
    ],
    finds: 'shop',
    negative: [
      route(
        {},
        told(
          condition('Accepted', 'True', { reason: 'Accepted' }),
          condition('ResolvedRefs', 'False', { reason: 'BackendNotFound' }),
        ),
      ),
    ],
    at: now,
  },
  {
    rule: 'http-route-backend-missing',
    positive: [route()],
    finds: 'shop',
    negative: [
      route(),
      web,
      of('HTTPRoute', 'import', 'shop', {
        spec: {
          rules: [
            {
              backendRefs: [
                { group: 'multicluster.x-k8s.io', kind: 'ServiceImport', name: 'far', port: 80 },
                { name: 'off', port: 80, weight: 0 },
              ],
            },
          ],
        },
      }),
    ],
    at: now,
  },
  {
    rule: 'http-route-backend-port-missing',
    positive: [route({ rules: [{ backendRefs: [{ name: 'web', port: 8080 }] }] }), web],
    finds: 'shop',
    negative: [route(), web],
    at: now,
  },
  {
    rule: 'http-route-reference-not-granted',
    positive: [route(toStock), stock, grant('HTTPRoute', 'other', 'store', 'Service')],
    finds: 'shop',
    negative: [route(toStock), stock, grant('HTTPRoute', 'shop', 'store', 'Service')],
    at: now,
  },
  {
    rule: 'gateway-certificate-not-granted',
    positive: [secure],
    finds: 'edge',
    negative: [secure, grant('Gateway', 'infra', 'certs', 'Secret')],
    at: now,
  },
]
