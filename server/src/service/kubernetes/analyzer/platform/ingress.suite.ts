import type { RuleCase } from '../rule.ts'
import { ago, event, now, of, service } from './fixture.suite.ts'

const path = (name: string, port: object, at = '/') => ({
  path: at,
  pathType: 'Prefix',
  backend: { service: { name, port } },
})
const ingress = (name: string, spec: object = {}, more: Record<string, unknown> = {}) =>
  of(
    'Ingress',
    name,
    'shop',
    {
      spec: {
        ingressClassName: 'nginx',
        rules: [{ host: 'shop.example.com', http: { paths: [path('web', { number: 80 })] } }],
        ...spec,
      },
    },
    more,
  )
const ingressClass = (name: string, isDefault?: string) =>
  of(
    'IngressClass',
    name,
    '',
    { spec: { controller: 'example.com/ingress' } },
    isDefault === undefined
      ? {}
      : { annotations: { 'ingressclass.kubernetes.io/is-default-class': isDefault } },
  )
const web = service('web', { app: 'web' })

export const ingressCases: readonly RuleCase[] = [
  {
    rule: 'ingress-class-missing',
    positive: [ingress('shop', { ingressClassName: undefined }), ingressClass('nginx', 'false')],
    finds: 'shop',
    negative: [
      ingress('shop', { ingressClassName: undefined }),
      ingress(
        'older',
        { ingressClassName: undefined },
        { annotations: { 'kubernetes.io/ingress.class': 'nginx' } },
      ),
      ingressClass('nginx', 'true'),
    ],
    at: now,
  },
  {
    rule: 'ingress-class-unknown',
    positive: [ingress('shop', { ingressClassName: 'ngnix' }), ingressClass('nginx')],
    finds: 'shop',
    negative: [
      ingress('shop'),
      ingress('cloud', { ingressClassName: 'gce' }),
      ingress('new', { ingressClassName: 'x' }, { creationTimestamp: ago(1) }),
      ingressClass('nginx'),
    ],
    at: now,
  },
  {
    rule: 'ingress-class-default-several',
    positive: [ingressClass('a', 'true'), ingressClass('b', 'true')],
    finds: 'a',
    negative: [ingressClass('a', 'true'), ingressClass('b', 'false')],
    at: now,
  },
  {
    rule: 'ingress-warning',
    positive: [
      ingress('shop', { tls: [{ hosts: ['shop.example.com'], secretName: 'shop-tls' }] }),
      event(
        { kind: 'Ingress', namespace: 'shop', name: 'shop' },
        'BadConfig',
        'secret "shop/shop-tls" not found',
      ),
    ],
    finds: 'shop',
    negative: [
      ingress('shop', { tls: [{ hosts: ['shop.example.com'], secretName: 'shop-tls' }] }),
      event({ kind: 'Ingress', namespace: 'shop', name: 'shop' }, 'Sync', 'Scheduled for sync', {
        type: 'Normal',
      }),
    ],
    at: now,
  },
  {
    rule: 'ingress-backend-missing',
    positive: [ingress('shop')],
    finds: 'shop',
    negative: [ingress('shop'), web],
    at: now,
  },
  {
    rule: 'ingress-backend-port-missing',
    positive: [ingress('shop', { rules: [{ http: { paths: [path('web', { number: 8080 })] } }] }), web],
    finds: 'shop',
    negative: [
      ingress('shop'),
      ingress('action', { rules: [{ http: { paths: [path('redirect', { name: 'use-annotation' })] } }] }),
      web,
    ],
    at: now,
  },
  {
    rule: 'ingress-path-conflict',
    positive: [
      ingress('first'),
      ingress(
        'second',
        { rules: [{ host: 'shop.example.com', http: { paths: [path('other', { number: 80 })] } }] },
        { creationTimestamp: ago(60) },
      ),
    ],
    finds: 'second',
    negative: [
      ingress('first'),
      ingress('same', {}, { creationTimestamp: ago(60) }),
      ingress(
        'canary',
        { rules: [{ host: 'shop.example.com', http: { paths: [path('other', { number: 80 })] } }] },
        { annotations: { 'nginx.ingress.kubernetes.io/canary': 'true' } },
      ),
      ingress('inside', {
        ingressClassName: 'internal',
        rules: [{ host: 'shop.example.com', http: { paths: [path('other', { number: 80 })] } }],
      }),
    ],
    at: now,
  },
]
