import type { KubeEvent } from '../../object/event.ts'
import type { WebhookConfiguration } from '../../object/extension.ts'
import type { ClusterView, ObjectRef } from '../../view.ts'
import { minute } from '../evidence.ts'
import { refOf } from '../rule.ts'

export type Webhook = WebhookConfiguration['webhooks'][number]
export type NamedWebhook = { ref: ObjectRef; configuration: WebhookConfiguration; webhook: Webhook }

/** Every webhook of both sorts. */
export function webhooksOf(view: ClusterView): NamedWebhook[] {
  const of = (kind: 'ValidatingWebhookConfiguration' | 'MutatingWebhookConfiguration') =>
    view.list(kind).flatMap((configuration) =>
      configuration.webhooks.map((webhook) => ({
        ref: refOf(kind, configuration),
        configuration,
        webhook,
      })),
    )
  return [...of('ValidatingWebhookConfiguration'), ...of('MutatingWebhookConfiguration')]
}

/** What is absent in admissionregistration.k8s.io/v1 is Fail. */
export const isFatal = ({ failurePolicy }: Webhook): boolean => (failurePolicy ?? 'Fail') === 'Fail'

/** Whether it is asked about things that every cluster runs on; one about resources of its own operator stops that alone. */
export const isBroad = ({ rules }: Webhook): boolean =>
  rules.some(({ apiGroups, resources }) => {
    const groups = apiGroups.some(
      (group) => group === '*' || group === '' || group === 'apps' || group === 'batch',
    )
    return groups && resources.some((resource) => broad.has(resource.split('/')[0] ?? ''))
  })
const broad = new Set([
  ...[
    '*',
    'pods',
    'nodes',
    'namespaces',
    'services',
    'endpoints',
    'configmaps',
    'secrets',
    'serviceaccounts',
  ],
  ...[
    'deployments',
    'replicasets',
    'statefulsets',
    'daemonsets',
    'jobs',
    'cronjobs',
    'persistentvolumeclaims',
  ],
])

/** So long after the last failed call it counts as failing: what creates pods tries again within minutes. */
const recentMs = 15 * minute
const failedCall = /failed calling webhook "([^"]{1,253})"/

/** The newest event about a call that failed, by the webhook's name. */
export function failedCalls(view: ClusterView): ReadonlyMap<string, KubeEvent> {
  const calls = new Map<string, KubeEvent>()
  for (const event of view.list('Event')) {
    if (event.type !== 'Warning' || view.timeMs - event.lastMs > recentMs) continue
    if (!event.message.includes('failed calling webhook')) continue
    const name = failedCall.exec(event.message)?.[1]
    if (name !== undefined && (calls.get(name)?.lastMs ?? 0) < event.lastMs) calls.set(name, event)
  }
  return calls
}
