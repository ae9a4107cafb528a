import type { RuleCase } from '../rule.ts'
import { ago, condition, event, namespace, node, now, of, pod, service, slice } from './fixture.suite.ts'

/** An authority made for this test, valid from 2026-11-21T11:37:28Z to 2026-12-11T11:37:28Z; nobody has its key. */
const shortAuthority =
  'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUJmekNDQVNXZ0F3SUJBZ0lVSWx0VGNzL1Mza2FZSVllZ2ZLY0FkNy9hVGpvd0NnWUlLb1pJemowRUF3SXcKRlRFVE1CRUdBMVVFQXd3S2QyVmlhRzl2YXkxallUQWVGdzB5TmpFeE1qRXhNVE0zTWpoYUZ3MHlOakV5TVRFeApNVE0zTWpoYU1CVXhFekFSQmdOVkJBTU1DbmRsWW1odmIyc3RZMkV3V1RBVEJnY3Foa2pPUFFJQkJnZ3Foa2pPClBRTUJCd05DQUFRODg4MUl6ZTRJd09uVEF5eUF1cnpFM2hDQ2tLeGRBbWRpdEp0ZENKN0loRmZYN2tjQnRMT1EKOEM0WGxSMlZkWVp4QzZyb25HRFAvMHhEQ1Z6RUxPOENvMU13VVRBZEJnTlZIUTRFRmdRVTVhdGRpbWFCMG1MbQp0bVFldEZaUERqOXVNdEV3SHdZRFZSMGpCQmd3Rm9BVTVhdGRpbWFCMG1MbXRtUWV0RlpQRGo5dU10RXdEd1lEClZSMFRBUUgvQkFVd0F3RUIvekFLQmdncWhrak9QUVFEQWdOSUFEQkZBaUVBL3c0V3R5Q2czVGRQemp2Z2RFY0UKdEVFeWFWaU8xVHkyVkhYUUxKTWlGNHNDSUgzQ05adUpCT3lvak5Uc0NSdGxQdnMyODR2Y1VXRmFRdTl0aXkwVApKSmUzCi0tLS0tRU5EIENFUlRJRklDQVRFLS0tLS0K'
/** The same, valid until 2036. */
export const longAuthority =
  'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUJmekNDQVNXZ0F3SUJBZ0lVZEx1dlM1bVgwL3poaHF6ZlJvTFE5cDlMU3Fvd0NnWUlLb1pJemowRUF3SXcKRlRFVE1CRUdBMVVFQXd3S2QyVmlhRzl2YXkxallUQWVGdzB5TmpFeE1qRXhNVE0zTWpoYUZ3MHpOakV4TVRneApNVE0zTWpoYU1CVXhFekFSQmdOVkJBTU1DbmRsWW1odmIyc3RZMkV3V1RBVEJnY3Foa2pPUFFJQkJnZ3Foa2pPClBRTUJCd05DQUFRODg4MUl6ZTRJd09uVEF5eUF1cnpFM2hDQ2tLeGRBbWRpdEp0ZENKN0loRmZYN2tjQnRMT1EKOEM0WGxSMlZkWVp4QzZyb25HRFAvMHhEQ1Z6RUxPOENvMU13VVRBZEJnTlZIUTRFRmdRVTVhdGRpbWFCMG1MbQp0bVFldEZaUERqOXVNdEV3SHdZRFZSMGpCQmd3Rm9BVTVhdGRpbWFCMG1MbXRtUWV0RlpQRGo5dU10RXdEd1lEClZSMFRBUUgvQkFVd0F3RUIvekFLQmdncWhrak9QUVFEQWdOSUFEQkZBaUVBd2ltbnhvTmxma3ZBODBzMUJ0U00KTVQwR1VoTzhBZTVibS92YjNwYVVQNGtDSUJYb25rTWdpNVgrZHlDVDhobmQ1RmlDTjhFVDBZT0JsYldlL3ppbwpmSDlCCi0tLS0tRU5EIENFUlRJRklDQVRFLS0tLS0K'
const both = Buffer.from(
  Buffer.from(shortAuthority, 'base64').toString() + Buffer.from(longAuthority, 'base64').toString(),
).toString('base64')

const target = { namespace: 'guard', name: 'guard' }
const pods = [{ apiGroups: [''], apiVersions: ['v1'], resources: ['pods'], operations: ['CREATE'] }]
const webhook = (more: object = {}, clientConfig: object = {}) =>
  of('ValidatingWebhookConfiguration', 'guard', '', {
    webhooks: [
      {
        name: 'guard.example.com',
        failurePolicy: 'Fail',
        rules: pods,
        clientConfig: { service: target, ...clientConfig },
        ...more,
      },
    ],
  })
const guard = service('guard', { app: 'guard' }, {}, 'guard')
const guardPod = pod('guard-1', { app: 'guard' }, { ns: 'guard' })
const failedCall = (text: string) =>
  event({ kind: 'ReplicaSet', namespace: 'shop', name: 'web' }, 'FailedCreate', text)
const apiService = (
  status: string,
  since: string,
  service: object | undefined = { namespace: 'kube-system', name: 'metrics-server' },
) =>
  of('APIService', 'v1beta1.metrics.k8s.io', '', {
    spec: { group: 'metrics.k8s.io', version: 'v1beta1', service },
    status: {
      conditions: [condition('Available', status, { reason: 'MissingEndpoints', lastTransitionTime: since })],
    },
  })
const definition = (...conditions: object[]) =>
  of('CustomResourceDefinition', 'shops.example.com', '', { status: { conditions } })
const scaler = (apiVersion: string) =>
  of('HorizontalPodAutoscaler', 'web', 'shop', {
    spec: { scaleTargetRef: { kind: 'Deployment', name: 'web', apiVersion } },
  })

export const webhookCases: readonly RuleCase[] = [
  {
    rule: 'webhook-service-missing',
    positive: [webhook()],
    finds: 'guard',
    negative: [
      webhook(),
      guard,
      of('MutatingWebhookConfiguration', 'far', '', {
        webhooks: [
          { name: 'far.example.com', rules: pods, clientConfig: { url: 'https://far.example.com' } },
        ],
      }),
    ],
    at: now,
  },
  {
    rule: 'webhook-without-endpoints',
    positive: [
      webhook(),
      guard,
      slice('guard', [], ['guard-1'], 'guard'),
      pod('guard-1', { app: 'guard' }, { ns: 'guard', isReady: false }),
    ],
    finds: 'guard',
    negative: [webhook(), guard, slice('guard', ['guard-1'], ['guard-2'], 'guard'), guardPod],
    at: now,
  },
  {
    rule: 'webhook-call-failing',
    positive: [
      webhook(),
      failedCall(
        'Internal error occurred: failed calling webhook "guard.example.com": x509: certificate signed by unknown authority',
      ),
    ],
    finds: 'guard',
    negative: [
      webhook(),
      failedCall('admission webhook "guard.example.com" denied the request: no owner label'),
    ],
    at: now,
  },
  {
    rule: 'webhook-timeout-long',
    positive: [webhook({ timeoutSeconds: 30 })],
    finds: 'guard',
    negative: [
      webhook({ timeoutSeconds: 10 }),
      of('MutatingWebhookConfiguration', 'lenient', '', {
        webhooks: [{ name: 'l', failurePolicy: 'Ignore', timeoutSeconds: 30, rules: pods }],
      }),
    ],
    at: now,
  },
  {
    rule: 'webhook-guards-itself',
    positive: [webhook(), guard, guardPod, namespace('guard')],
    finds: 'guard',
    negative: [
      webhook({
        namespaceSelector: {
          matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['guard'] }],
        },
      }),
      guard,
      guardPod,
      namespace('guard'),
    ],
    at: now,
  },
  {
    rule: 'webhook-ca-expired',
    positive: [webhook({}, { caBundle: shortAuthority })],
    finds: 'guard',
    negative: [webhook({}, { caBundle: both })],
    at: '2026-12-12T00:00:00Z',
  },
  {
    rule: 'webhook-ca-expiring',
    positive: [webhook({}, { caBundle: shortAuthority })],
    finds: 'guard',
    negative: [webhook({}, { caBundle: both })],
    at: '2026-12-08T00:00:00Z',
  },
  {
    rule: 'webhook-ca-unreadable',
    positive: [webhook({}, { caBundle: 'bm8gY2VydGlmaWNhdGU=' })],
    finds: 'guard',
    negative: [
      webhook({}, { caBundle: longAuthority }),
      of('MutatingWebhookConfiguration', 'injected', '', {
        webhooks: [{ name: 'i', rules: pods, clientConfig: { service: target, caBundle: 'Cg==' } }],
      }),
    ],
    at: now,
  },
  {
    rule: 'api-service-unavailable',
    positive: [apiService('False', ago(30))],
    finds: 'v1beta1.metrics.k8s.io',
    negative: [
      apiService('False', ago(1)),
      of('APIService', 'v1.apps', '', {
        spec: { group: 'apps', version: 'v1' },
        status: { conditions: [condition('Available', 'True', { reason: 'Local' })] },
      }),
    ],
    at: now,
  },
  {
    rule: 'custom-resource-not-established',
    positive: [
      definition(
        condition('NamesAccepted', 'False', {
          reason: 'PluralConflict',
          message: '"shops" is already in use',
        }),
        condition('Established', 'False'),
      ),
    ],
    finds: 'shops.example.com',
    negative: [
      definition(
        condition('NamesAccepted', 'True'),
        condition('Established', 'True'),
        condition('NonStructuralSchema', 'True'),
      ),
    ],
    at: now,
  },
  {
    rule: 'api-version-deprecated',
    positive: [node('n1'), scaler('apps/v1beta2')],
    finds: 'web',
    // The cluster serves what it is told to; that alone shows no use.
    negative: [
      node('n1'),
      scaler('apps/v1'),
      of('APIService', 'v1beta3.flowcontrol.apiserver.k8s.io', '', {
        spec: { group: 'flowcontrol.apiserver.k8s.io', version: 'v1beta3' },
      }),
    ],
    at: now,
  },
]
