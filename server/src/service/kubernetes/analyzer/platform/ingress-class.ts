import type { Ingress, IngressClass } from '../../object/network.ts'
import type { ClusterView } from '../../view.ts'
import { each } from '../each.ts'
import { eventEvidence, fieldEvidence, minute, msOf } from '../evidence.ts'
import { advice, describe, getYaml, patch } from '../kubectl.ts'
import { type Observation, type Rule, refOf } from '../rule.ts'

const documentation = 'https://kubernetes.io/docs/concepts/services-networking/ingress/'
const isDefaultKey = 'ingressclass.kubernetes.io/is-default-class'
const annotation = 'kubernetes.io/ingress.class'
/** A controller takes an Ingress up within seconds. */
const settleMs = 5 * minute

/** Whether a controller is responsible for each Ingress. */
export const ingressClassRules: readonly Rule[] = [
  {
    id: 'ingress-class-missing',
    analyzer: 'Ingress',
    kind: 'Ingress',
    severity: 'MEDIUM',
    condition:
      'An Ingress names no class and the cluster has no default one, so that no controller takes it.',
    not_when:
      'There is a default class, the class is given by annotation, or some controller has given it an address all the same.',
    documentation_url: `${documentation}#default-ingress-class`,
    alert_name: null,
    needs: ['Ingress', 'IngressClass'],
    check: each('Ingress', withoutClass),
  },
  {
    id: 'ingress-class-unknown',
    analyzer: 'Ingress',
    kind: 'Ingress',
    severity: 'MEDIUM',
    condition: 'An Ingress names an IngressClass that does not exist.',
    not_when:
      'It is one that a cloud knows without an object (gce, gce-internal), or a controller has given the Ingress an address, as those do that go by the older annotation.',
    documentation_url: `${documentation}#ingress-class`,
    alert_name: null,
    needs: ['Ingress', 'IngressClass'],
    check: each('Ingress', unknownClass),
  },
  {
    id: 'ingress-class-default-several',
    analyzer: 'Ingress',
    kind: 'IngressClass',
    severity: 'LOW',
    condition:
      'More than one IngressClass is marked as the default: an Ingress without a class is refused, or gets the newest.',
    not_when: 'One is the default, or others carry the mark with the value false.',
    documentation_url: `${documentation}#default-ingress-class`,
    alert_name: null,
    needs: ['IngressClass'],
    check: severalDefaults,
  },
  {
    id: 'ingress-warning',
    analyzer: 'Ingress',
    kind: 'Ingress',
    severity: 'MEDIUM',
    condition:
      'The controller of an Ingress warns about it, as of a TLS Secret that is missing or unusable. Secrets themselves are not read.',
    not_when: 'The controller says nothing, or has said nothing for an hour.',
    documentation_url: `${documentation}#tls`,
    alert_name: null,
    needs: ['Ingress', 'Event'],
    check: each('Ingress', warned),
  },
]

/** What `spec` says, or the annotation that came before it. */
export const classOf = ({ metadata, spec }: Ingress): string | undefined =>
  spec.ingressClassName ?? metadata.annotations[annotation]

const isDefault = ({ metadata }: IngressClass): boolean => metadata.annotations[isDefaultKey] === 'true'
const isServed = ({ status }: Ingress): boolean => status.loadBalancer.ingress.length > 0
const isYoung = (view: ClusterView, { metadata }: Ingress): boolean => {
  const created = msOf(metadata.creationTimestamp)
  return created !== undefined && view.timeMs - created < settleMs
}
const seeClasses = advice('See which classes there are.', 'kubectl get ingressclasses')

function* withoutClass(ingress: Ingress, view: ClusterView): Iterable<Observation> {
  if (classOf(ingress) !== undefined || isServed(ingress) || isYoung(view, ingress)) return
  const classes = view.list('IngressClass')
  if (classes.some(isDefault)) return
  const ref = refOf('Ingress', ingress)
  yield {
    object: ref,
    title: `Ingress ${ingress.metadata.name} names no class, and the cluster has no default one: no controller takes it.`,
    sinceMs: msOf(ingress.metadata.creationTimestamp),
    evidence: [
      fieldEvidence(ref, 'spec.ingressClassName', 'absent'),
      fieldEvidence(
        ref,
        'ingress classes',
        classes.map(({ metadata }) => metadata.name).join(', ') || 'none',
      ),
    ],
    remediation: [
      seeClasses,
      ...(classes[0]
        ? [patch(ref, { spec: { ingressClassName: classes[0].metadata.name } }, 'Name a class, tried first.')]
        : [describe(ref)]),
    ],
  }
}

/** Google's controllers know their classes without an object. */
const withoutObject = /^gce(-internal)?$/
function* unknownClass(ingress: Ingress, view: ClusterView): Iterable<Observation> {
  const name = classOf(ingress)
  if (name === undefined || withoutObject.test(name) || view.get('IngressClass', '', name)) return
  if (isServed(ingress) || isYoung(view, ingress)) return
  const ref = refOf('Ingress', ingress)
  const classes = view.list('IngressClass').map(({ metadata }) => metadata.name)
  const source =
    ingress.spec.ingressClassName === undefined
      ? `metadata.annotations[${annotation}]`
      : 'spec.ingressClassName'
  yield {
    object: ref,
    title: `Ingress ${ingress.metadata.name} is of class ${name}, which does not exist.`,
    sinceMs: msOf(ingress.metadata.creationTimestamp),
    evidence: [
      fieldEvidence(ref, source, name),
      fieldEvidence(ref, 'ingress classes', classes.join(', ') || 'none'),
    ],
    remediation: [
      seeClasses,
      ...(classes[0]
        ? [patch(ref, { spec: { ingressClassName: classes[0] } }, 'Name a class that exists, tried first.')]
        : [describe(ref)]),
    ],
  }
}

function* severalDefaults(view: ClusterView): Iterable<Observation> {
  const defaults = view.list('IngressClass').filter(isDefault)
  if (defaults.length < 2) return
  const newest = defaults.reduce((a, b) =>
    (msOf(b.metadata.creationTimestamp) ?? 0) > (msOf(a.metadata.creationTimestamp) ?? 0) ? b : a,
  )
  const ref = refOf('IngressClass', newest)
  yield {
    object: ref,
    title: `${defaults.length} ingress classes are marked as the default: ${defaults.map(({ metadata }) => metadata.name).join(', ')}.`,
    sinceMs: msOf(newest.metadata.creationTimestamp),
    evidence: defaults.map((one) =>
      fieldEvidence(
        refOf('IngressClass', one),
        `metadata.annotations[${isDefaultKey}]`,
        'true',
        msOf(one.metadata.creationTimestamp),
      ),
    ),
    remediation: [
      seeClasses,
      patch(
        ref,
        { metadata: { annotations: { [isDefaultKey]: 'false' } } },
        'Leave one of them the default, tried first.',
      ),
    ],
  }
}

/** Of one hour; older events are gone from most clusters. */
const recentMs = 60 * minute
function* warned(ingress: Ingress, view: ClusterView): Iterable<Observation> {
  const ref = refOf('Ingress', ingress)
  const events = view
    .eventsOf({ ...ref, uid: ingress.metadata.uid })
    .filter(({ type, lastMs }) => type === 'Warning' && view.timeMs - lastMs < recentMs)
  const [latest] = events
  if (!latest) return
  const secrets = ingress.spec.tls.flatMap(({ secretName }) => secretName ?? [])
  const secret = secrets.find((name) => latest.message.includes(name)) ?? secrets[0]
  const isTls = secret !== undefined && /secret|tls|certificate/i.test(latest.message)
  yield {
    object: ref,
    title: isTls
      ? `The controller of Ingress ${ingress.metadata.name} cannot use its TLS Secret ${secret}.`
      : `The controller of Ingress ${ingress.metadata.name} warns: ${latest.reason}.`,
    sinceMs: Math.min(...events.map(({ firstMs }) => firstMs)),
    evidence: events.slice(0, 3).map(eventEvidence),
    causes: isTls
      ? [
          {
            object: { kind: 'Secret', namespace: ingress.metadata.namespace, name: secret },
            rule: null,
            text: `Secret ${secret} is missing, or holds no certificate and key that fit`,
            relation: 'reads',
          },
        ]
      : [],
    remediation: [
      describe(ref),
      ...(isTls
        ? [
            getYaml(
              { kind: 'Certificate', namespace: ingress.metadata.namespace, name: secret },
              'Where cert-manager makes it, see why it does not.',
            ),
          ]
        : []),
    ],
  }
}
