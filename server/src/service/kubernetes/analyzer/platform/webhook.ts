import type { FindingCause } from '@aiops/contract/model/finding'
import type { Severity } from '@aiops/contract/model/severity'
import { selects } from '../../object/selector.ts'
import type { ClusterView } from '../../view.ts'
import { conditionEvidence, conditionOf, counted, eventEvidence, fieldEvidence, msOf } from '../evidence.ts'
import { advice, describe, dryRun, quoted } from '../kubectl.ts'
import { type Observation, type Rule, refOf } from '../rule.ts'
import { endpointsOf } from './endpoint.ts'
import { equality, podIndexOf } from './pod-index.ts'
import { failedCalls, isBroad, isFatal, type NamedWebhook, webhooksOf } from './webhook-call.ts'

const documentation =
  'https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/'
const practice =
  'https://kubernetes.io/docs/concepts/cluster-administration/admission-webhooks-good-practices/'
const webhookKinds = ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'] as const
/** Of the API; each request that a webhook is asked about may take so much longer. */
const timeoutDefaultS = 10

/** Whether admission webhooks can be asked, and what becomes of requests where not. */
export const webhookRules: readonly Rule[] = [
  {
    id: 'webhook-service-missing',
    analyzer: 'Webhook',
    kind: 'ValidatingWebhookConfiguration',
    severity: 'HIGH',
    condition:
      'An admission webhook is reached by a Service that does not exist. CRITICAL where failurePolicy is Fail and it is asked about pods or other things that every cluster runs on; LOW where it is Ignore.',
    not_when: 'It is reached by URL, or has no rules, so that nothing is asked.',
    documentation_url: `${documentation}#failure-policy`,
    alert_name: null,
    needs: [...webhookKinds, 'Service'],
    check: (view) => eachWebhook(view, missingService),
  },
  {
    id: 'webhook-without-endpoints',
    analyzer: 'Webhook',
    kind: 'ValidatingWebhookConfiguration',
    severity: 'HIGH',
    condition:
      'The Service of an admission webhook has no ready endpoint. CRITICAL where failurePolicy is Fail and it is asked about pods or other things that every cluster runs on; LOW where it is Ignore.',
    not_when: 'One endpoint is ready, it is reached by URL, or it has no rules.',
    documentation_url: `${documentation}#failure-policy`,
    alert_name: null,
    needs: [...webhookKinds, 'Service', 'EndpointSlice', 'Pod'],
    check: (view) => eachWebhook(view, withoutEndpoints),
  },
  {
    id: 'webhook-call-failing',
    analyzer: 'Webhook',
    kind: 'ValidatingWebhookConfiguration',
    severity: 'HIGH',
    condition:
      'Within the last 15 minutes controllers could not create things because a call of the webhook failed.',
    not_when: 'The webhook answered and denied the request: that is what it is for.',
    documentation_url: `${documentation}#response`,
    alert_name: null,
    needs: [...webhookKinds, 'Event'],
    check: failing,
  },
  {
    id: 'webhook-timeout-long',
    analyzer: 'Webhook',
    kind: 'ValidatingWebhookConfiguration',
    severity: 'LOW',
    condition:
      'A webhook with failurePolicy Fail may hold each request for pods or other things that every cluster runs on longer than the usual 10 s.',
    not_when:
      'timeoutSeconds is absent (10 s) or at most 10, it is asked about resources of its own operator alone, or failurePolicy is Ignore.',
    documentation_url: `${documentation}#timeouts`,
    alert_name: null,
    needs: [...webhookKinds],
    check: (view) => eachWebhook(view, longTimeout),
  },
  {
    id: 'webhook-guards-itself',
    analyzer: 'Webhook',
    kind: 'ValidatingWebhookConfiguration',
    severity: 'LOW',
    condition:
      'A webhook with failurePolicy Fail is asked about the creation of its own pods: once they are all gone, none can come back.',
    not_when:
      'Its namespaceSelector or objectSelector leaves its own pods out, or it is not asked about pods.',
    documentation_url: `${practice}#avoid-deadlocks-in-self-hosted-webhooks`,
    alert_name: null,
    needs: [...webhookKinds, 'Service', 'Pod', 'Namespace'],
    check: (view) => eachWebhook(view, guardsItself),
  },
]

function* eachWebhook(
  view: ClusterView,
  look: (one: NamedWebhook, view: ClusterView) => Iterable<Observation>,
): Iterable<Observation> {
  for (const one of webhooksOf(view)) if (one.webhook.rules.length > 0) yield* look(one, view)
}

const severityOf = ({ webhook }: NamedWebhook): Severity => {
  if (!isFatal(webhook)) return 'LOW'
  return isBroad(webhook) ? 'CRITICAL' : 'HIGH'
}
const stopped = ({ webhook }: NamedWebhook): string =>
  isFatal(webhook) ? `requests for ${scopeOf(webhook)} are refused` : 'it is left out'
const scopeOf = ({ rules }: NamedWebhook['webhook']): string =>
  [...new Set(rules.flatMap(({ resources }) => resources))].slice(0, 4).join(', ')

const policyEvidence = ({ ref, webhook }: NamedWebhook) =>
  fieldEvidence(
    ref,
    `webhooks[${webhook.name}].failurePolicy`,
    `${webhook.failurePolicy ?? 'Fail'}, asked about ${scopeOf(webhook)}`,
  )
const seeIt = ({ ref }: NamedWebhook) =>
  advice('See what it is asked about.', `kubectl get ${ref.kind.toLowerCase()} ${quoted(ref.name)} -o yaml`)

function* missingService(one: NamedWebhook, view: ClusterView): Iterable<Observation> {
  const target = one.webhook.clientConfig.service
  if (!target || view.get('Service', target.namespace, target.name)) return
  const service = { kind: 'Service', namespace: target.namespace, name: target.name }
  yield {
    object: one.ref,
    title: `Webhook ${one.webhook.name} cannot be asked: its Service ${target.namespace}/${target.name} does not exist; ${stopped(one)}.`,
    severity: severityOf(one),
    sinceMs: undefined,
    evidence: [
      fieldEvidence(
        one.ref,
        `webhooks[${one.webhook.name}].clientConfig.service`,
        `${target.namespace}/${target.name}`,
      ),
      policyEvidence(one),
    ],
    causes: [
      {
        object: service,
        rule: null,
        text: 'the Service is gone, as after its operator was removed without its webhooks',
        relation: 'calls',
      },
    ],
    remediation: [
      seeIt(one),
      dryRun('delete', one.ref, '', 'Where what it belonged to is gone for good: remove it, tried first.'),
    ],
    discriminator: one.webhook.name,
  }
}

function* withoutEndpoints(one: NamedWebhook, view: ClusterView): Iterable<Observation> {
  const target = one.webhook.clientConfig.service
  const service = target && view.get('Service', target.namespace, target.name)
  if (!target || !service || service.spec.type === 'ExternalName') return
  const { ready, notReady } = endpointsOf(view, target.namespace, target.name)
  if (ready > 0) return
  const hasSelector = Object.keys(service.spec.selector).length > 0
  const pods = hasSelector ? podIndexOf(view).matching(target.namespace, equality(service.spec.selector)) : []
  const ref = refOf('Service', service)
  const since = pods.flatMap(
    (pod) => msOf(conditionOf(pod.status.conditions, 'Ready')?.lastTransitionTime) ?? [],
  )
  yield {
    object: one.ref,
    title: `Webhook ${one.webhook.name} cannot be asked: its Service ${target.namespace}/${target.name} has no ready endpoint; ${stopped(one)}.`,
    severity: severityOf(one),
    sinceMs: since.length > 0 ? Math.max(...since) : undefined,
    evidence: [
      policyEvidence(one),
      fieldEvidence(ref, 'endpoints', `0 ready, ${notReady.length} not ready`),
      ...pods.slice(0, 3).flatMap((pod) => {
        const condition = conditionOf(pod.status.conditions, 'Ready')
        return condition ? [conditionEvidence(refOf('Pod', pod), condition)] : []
      }),
    ],
    causes: [
      {
        object: ref,
        rule: null,
        text: `${counted(pods.length, 'pod')} behind the Service, none ready`,
        relation: 'calls',
      },
      ...pods.slice(0, 3).map((pod) => ({
        object: refOf('Pod', pod),
        rule: null,
        text: `pod ${pod.metadata.name} is not ready`,
        relation: 'serves',
      })),
    ],
    remediation: [
      describe(ref, 'See its Service.'),
      advice('See the pods of its namespace.', `kubectl get pods -n ${quoted(target.namespace)} -o wide`),
      seeIt(one),
    ],
    discriminator: one.webhook.name,
  }
}

const reasons: readonly (readonly [RegExp, string])[] = [
  [
    /x509|certificate/i,
    'the certificate of the webhook is not one that its caBundle vouches for, or has expired',
  ],
  [/no endpoints available/i, 'its Service has no ready endpoint'],
  [/not found/i, 'its Service does not exist'],
  [
    /deadline exceeded|timeout|timed out/i,
    'it does not answer in time: it is slow, or the network does not let the API server through',
  ],
  [/connection refused/i, 'nothing listens on its port'],
]
function* failing(view: ClusterView): Iterable<Observation> {
  const calls = failedCalls(view)
  if (calls.size === 0) return
  for (const one of webhooksOf(view)) {
    const call = calls.get(one.webhook.name)
    if (!call) continue
    const causes: FindingCause[] = reasons
      .filter(([pattern]) => pattern.test(call.message))
      .map(([, text]) => ({ object: one.ref, rule: null, text, relation: 'calls' }))
    yield {
      object: one.ref,
      title: `Calls of webhook ${one.webhook.name} fail: ${call.about.kind} ${call.about.name} cannot create what it should.`,
      sinceMs: call.firstMs,
      evidence: [eventEvidence(call), policyEvidence(one)],
      causes,
      remediation: [
        seeIt(one),
        ...(one.webhook.clientConfig.service
          ? [
              describe(
                { kind: 'Service', ...one.webhook.clientConfig.service },
                'See its Service and endpoints.',
              ),
            ]
          : []),
      ],
      discriminator: one.webhook.name,
    }
  }
}

function* longTimeout(one: NamedWebhook): Iterable<Observation> {
  const { timeoutSeconds = timeoutDefaultS, name } = one.webhook
  if (timeoutSeconds <= timeoutDefaultS || !isFatal(one.webhook) || !isBroad(one.webhook)) return
  yield {
    object: one.ref,
    title: `Webhook ${name} may hold each request for ${timeoutSeconds} s.`,
    sinceMs: undefined,
    evidence: [
      fieldEvidence(one.ref, `webhooks[${name}].timeoutSeconds`, String(timeoutSeconds)),
      policyEvidence(one),
    ],
    remediation: [seeIt(one)],
    discriminator: name,
  }
}

function* guardsItself(one: NamedWebhook, view: ClusterView): Iterable<Observation> {
  const { webhook, ref } = one
  const target = webhook.clientConfig.service
  if (!target || !isFatal(webhook) || !webhook.rules.some(coversPodCreation)) return
  const service = view.get('Service', target.namespace, target.name)
  const namespace = view.get('Namespace', '', target.namespace)
  if (!service || !namespace || Object.keys(service.spec.selector).length === 0) return
  const labels = { 'kubernetes.io/metadata.name': target.namespace, ...namespace.metadata.labels }
  if (webhook.namespaceSelector && !selects(webhook.namespaceSelector, labels)) return
  const [pod] = podIndexOf(view).matching(target.namespace, equality(service.spec.selector))
  if (!pod || (webhook.objectSelector && !selects(webhook.objectSelector, pod.metadata.labels))) return
  yield {
    object: ref,
    title: `Webhook ${webhook.name} is asked about its own pods in ${target.namespace}: once all are gone, none can be created.`,
    sinceMs: undefined,
    evidence: [
      policyEvidence(one),
      fieldEvidence(
        ref,
        `webhooks[${webhook.name}].namespaceSelector`,
        `chooses namespace ${target.namespace}`,
      ),
      fieldEvidence(refOf('Pod', pod), 'metadata.labels', 'a pod of its own, which it is asked about'),
    ],
    remediation: [
      seeIt(one),
      advice(
        `Leave its namespace out: a namespaceSelector with kubernetes.io/metadata.name NotIn ${target.namespace}.`,
        `kubectl get namespace ${quoted(target.namespace)} --show-labels`,
      ),
    ],
    discriminator: webhook.name,
  }
}

const coversPodCreation = ({
  apiGroups,
  resources,
  operations,
}: NamedWebhook['webhook']['rules'][number]): boolean =>
  (apiGroups.includes('*') || apiGroups.includes('')) &&
  resources.some((resource) => resource === 'pods' || resource === '*' || resource === '*/*') &&
  operations.some((operation) => operation === 'CREATE' || operation === '*')
