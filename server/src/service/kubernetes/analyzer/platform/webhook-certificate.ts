import { X509Certificate } from 'node:crypto'
import type { ClusterView } from '../../view.ts'
import { fieldEvidence, hour, spanOf, timeOf } from '../evidence.ts'
import { advice, quoted } from '../kubectl.ts'
import type { Observation, Rule } from '../rule.ts'
import { isBroad, isFatal, type NamedWebhook, webhooksOf } from './webhook-call.ts'

/** cert-manager and most operators renew earlier than this. */
const soonMs = 14 * 24 * hour
/** A bundle is a few kilobytes; what is longer is not read. Base64. */
const bundleMax = 262_144
const certificatesMax = 64

const documentation =
  'https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#contacting-the-webhook'

/** The authorities that webhooks' certificates are checked against. */
export const webhookCertificateRules: readonly Rule[] = [
  {
    id: 'webhook-ca-expired',
    analyzer: 'Webhook',
    kind: 'ValidatingWebhookConfiguration',
    severity: 'HIGH',
    condition:
      'All authorities in the caBundle of a webhook have expired: no call succeeds. CRITICAL where failurePolicy is Fail and it is asked about pods or other things that every cluster runs on; LOW where it is Ignore.',
    not_when: 'One authority of the bundle is still valid, as after a rotation, or there is no bundle.',
    documentation_url: documentation,
    alert_name: null,
    needs: ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'],
    check: (view) => eachBundle(view, expired),
  },
  {
    id: 'webhook-ca-expiring',
    analyzer: 'Webhook',
    kind: 'ValidatingWebhookConfiguration',
    severity: 'MEDIUM',
    condition: 'The last valid authority in the caBundle of a webhook expires within 14 days.',
    not_when:
      'It lived for less than 28 days from the start and has more than a third of that left: short lives are renewed often.',
    documentation_url: documentation,
    alert_name: null,
    needs: ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'],
    check: (view) => eachBundle(view, expiring),
  },
  {
    id: 'webhook-ca-unreadable',
    analyzer: 'Webhook',
    kind: 'ValidatingWebhookConfiguration',
    severity: 'MEDIUM',
    condition: 'The caBundle of a webhook holds no certificate that can be read.',
    not_when:
      'There is none: the authorities of the API server count then, or an injector has yet to write it.',
    documentation_url: documentation,
    alert_name: null,
    needs: ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'],
    check: (view) => eachBundle(view, unreadable),
  },
]

type Authority = { subject: string; fromMs: number; toMs: number }
type Look = (one: NamedWebhook, authorities: readonly Authority[], timeMs: number) => Iterable<Observation>

function* eachBundle(view: ClusterView, look: Look): Iterable<Observation | undefined> {
  /** Webhooks of one operator share their bundle. */
  const read = new Map<string, readonly Authority[]>()
  for (const one of webhooksOf(view)) {
    const { caBundle } = one.webhook.clientConfig
    if (!caBundle || caBundle.length > bundleMax || one.webhook.rules.length === 0) continue
    const authorities = read.get(caBundle) ?? authoritiesOf(caBundle)
    read.set(caBundle, authorities)
    yield* look(one, authorities, view.timeMs)
    yield
  }
}

/** Certificates of base64 over PEM; what is none is left out. */
export function authoritiesOf(caBundle: string): Authority[] {
  const pem = Buffer.from(caBundle, 'base64').toString('latin1')
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]{1,65536}-----END CERTIFICATE-----/g) ?? []
  return blocks.slice(0, certificatesMax).flatMap((block): Authority[] => {
    try {
      const { subject, validFrom, validTo } = new X509Certificate(block)
      const [fromMs, toMs] = [Date.parse(validFrom), Date.parse(validTo)]
      return Number.isNaN(toMs) ? [] : [{ subject: subject.replaceAll('\n', ', '), fromMs, toMs }]
    } catch {
      return []
    }
  })
}

const lastOf = (authorities: readonly Authority[]): Authority | undefined =>
  authorities.toSorted((a, b) => b.toMs - a.toMs)[0]

const evidenceOf = ({ ref, webhook }: NamedWebhook, { subject, toMs }: Authority) =>
  fieldEvidence(
    ref,
    `webhooks[${webhook.name}].clientConfig.caBundle`,
    `${subject}, valid until ${timeOf(toMs) ?? '?'}`,
    toMs,
  )
const remediation = ({ ref }: NamedWebhook) => [
  advice(
    'See who writes it: an annotation names cert-manager, or the operator does.',
    `kubectl get ${ref.kind.toLowerCase()} ${quoted(ref.name)} -o yaml`,
  ),
  advice(
    'Where cert-manager makes the certificates, see which are not renewed.',
    'kubectl get certificates -A',
  ),
]

function* expired(
  one: NamedWebhook,
  authorities: readonly Authority[],
  timeMs: number,
): Iterable<Observation> {
  const last = lastOf(authorities)
  if (!last || last.toMs > timeMs) return
  yield {
    object: one.ref,
    title: `The authority of webhook ${one.webhook.name} expired ${spanOf(timeMs - last.toMs)} ago: it cannot be called.`,
    severity: isFatal(one.webhook) ? (isBroad(one.webhook) ? 'CRITICAL' : 'HIGH') : 'LOW',
    sinceMs: last.toMs,
    evidence: [evidenceOf(one, last)],
    remediation: remediation(one),
    discriminator: one.webhook.name,
  }
}

function* expiring(
  one: NamedWebhook,
  authorities: readonly Authority[],
  timeMs: number,
): Iterable<Observation> {
  const last = lastOf(authorities)
  if (!last || last.toMs <= timeMs || last.toMs - timeMs > soonMs) return
  const lifeMs = last.toMs - last.fromMs
  if (lifeMs < 2 * soonMs && last.toMs - timeMs > lifeMs / 3) return
  yield {
    object: one.ref,
    title: `The authority of webhook ${one.webhook.name} expires in ${spanOf(last.toMs - timeMs)}.`,
    severity: isFatal(one.webhook) ? 'MEDIUM' : 'LOW',
    sinceMs: undefined,
    evidence: [evidenceOf(one, last)],
    remediation: remediation(one),
    discriminator: one.webhook.name,
  }
}

function* unreadable(one: NamedWebhook, authorities: readonly Authority[]): Iterable<Observation> {
  const { caBundle = '' } = one.webhook.clientConfig
  // A single newline in base64 is what cert-manager's injector is given to overwrite.
  if (authorities.length > 0 || caBundle === 'Cg==' || caBundle.trim() === '') return
  yield {
    object: one.ref,
    title: `The caBundle of webhook ${one.webhook.name} holds no certificate that can be read.`,
    severity: isFatal(one.webhook) ? 'MEDIUM' : 'LOW',
    sinceMs: undefined,
    evidence: [
      fieldEvidence(
        one.ref,
        `webhooks[${one.webhook.name}].clientConfig.caBundle`,
        `${caBundle.length} characters`,
      ),
    ],
    remediation: remediation(one),
    discriminator: one.webhook.name,
  }
}
