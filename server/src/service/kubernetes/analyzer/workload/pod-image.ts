import type { Pod } from '../../object/pod.ts'
import type { ClusterView } from '../../view.ts'
import { each } from '../each.ts'
import { earliest, eventEvidence, fieldEvidence, heldMs, minute, msOf, readable } from '../evidence.ts'
import { advice, describe, dryRun, named, quoted } from '../kubectl.ts'
import { type Observation, type Rule, refOf } from '../rule.ts'
import { type ContainerState, containersOf, isPlain, isTerminating, ownerKind } from './container.ts'

export const podImageRules: readonly Rule[] = [
  {
    id: 'pod-image-pull',
    analyzer: 'Pod',
    kind: 'Pod',
    severity: 'HIGH',
    condition:
      'An image cannot be pulled, with why: not found, no permission, rate limit, name resolution, certificate, time-out, not for this architecture, a name that is none.',
    not_when:
      'the reason is one that often passes by itself (rate limit, time-out, name resolution) and it has lasted less than two minutes',
    documentation_url: 'https://kubernetes.io/docs/concepts/containers/images/#imagepullbackoff',
    alert_name: 'KubeContainerWaiting',
    needs: ['Pod'],
    explainedBy: ['ServiceAccount'],
    check: each('Pod', pull),
  },
  {
    id: 'pod-pull-secret-missing',
    analyzer: 'Pod',
    kind: 'Pod',
    severity: 'LOW',
    condition: 'The kubelet says that an image pull secret of the pod does not exist.',
    not_when: 'the image cannot be pulled either (pod-image-pull says so)',
    documentation_url:
      'https://kubernetes.io/docs/tasks/configure-pod-container/pull-image-private-registry/',
    alert_name: null,
    needs: ['Pod', 'Event'],
    check: pullSecrets,
  },
]

const pullReasons: ReadonlySet<string> = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'ErrImageNeverPull',
  'InvalidImageName',
  'ImageInspectError',
  'RegistryUnavailable',
  'SignatureValidationFailed',
])
const isPullReason = (reason: string | undefined): boolean => pullReasons.has(reason ?? '')

type PullCause = { test: RegExp; title: string; advice: string; passes?: true }
/** In the order in which they are looked for: runtimes wrap one word in another. */
const pullCauses: readonly PullCause[] = [
  {
    test: /toomanyrequests|too many requests|rate limit|\b429\b/i,
    title: 'the registry limits how often it is asked',
    advice:
      'Pull with an account that has a higher limit, or through a mirror; set imagePullPolicy to IfNotPresent.',
    passes: true,
  },
  {
    test: /x509|certificate|tls: |http: server gave HTTP response to HTTPS/i,
    title: "the registry's certificate is not trusted",
    advice:
      'Give the nodes’ container runtime the authority that signed the certificate of the registry, or renew it.',
  },
  {
    test: /no such host|name resolution|server misbehaving|dial tcp: lookup/i,
    title: "the registry's name does not resolve",
    advice:
      'See whether the name in the image is right and whether the node resolves it (its resolver, not that of the pods).',
    passes: true,
  },
  {
    test: /no match for platform|no matching manifest|exec format/i,
    title: 'the image is not made for the architecture of the node',
    advice: 'Build the image for this architecture, or keep the pod to nodes that fit by kubernetes.io/arch.',
  },
  {
    test: /unauthorized|authentication required|denied|forbidden|\b40[13]\b|no basic auth|authorization failed/i,
    title: 'the registry does not let it be read (no permission, or the repository does not exist)',
    advice:
      'See whether the pod names an image pull secret, in its own namespace, that is valid for this registry.',
  },
  {
    test: /manifest unknown|not found|does not exist|\b404\b|name unknown/i,
    title: 'there is no such image or tag',
    advice: 'Compare the tag with what the registry has; correct it, or push the image.',
  },
  {
    test: /i\/o timeout|deadline exceeded|connection refused|connection reset|no route to host|network is unreachable|EOF|Client\.Timeout|\b50[0234]\b/i,
    title: 'the registry does not answer',
    advice: 'See whether the node reaches the registry: firewall, proxy, and the registry itself.',
    passes: true,
  },
  {
    test: /no space left|disk/i,
    title: 'the node has no room for the image',
    advice: 'See the disk of the node.',
  },
]
const byReason: Readonly<Record<string, PullCause>> = {
  ErrImageNeverPull: {
    test: /^/,
    title: 'the image is not on the node and imagePullPolicy is Never',
    advice: 'Load the image on to the node, or let it be pulled.',
  },
  InvalidImageName: {
    test: /^/,
    title: 'the name of the image is none',
    advice: 'Correct the name: registry/repository:tag, in lower case.',
  },
  SignatureValidationFailed: {
    test: /^/,
    title: 'its signature does not verify',
    advice: 'See the signature policy of the node, and who signed the image.',
  },
}
const unknownCause: PullCause = {
  test: /^/,
  title: 'the registry or the runtime refused',
  advice: 'See what the kubelet says of it.',
}

/** A word of what the kubelet says. `Back-off pulling image` alone tells no reason, so the events are asked as well. */
export function pullCauseOf(reason: string, texts: readonly string[]): PullCause {
  const fixed = byReason[reason]
  if (fixed) return fixed
  for (const text of texts) {
    // The image's own name would match `denied` or `disk`.
    const bare = readable(text).replace(/(?:image|reference|ref) "[^"]*"/g, '')
    const found = pullCauses.find(({ test }) => test.test(bare))
    if (found) return found
  }
  return unknownCause
}

/** What often passes by itself is told only then. */
const passingMs = 2 * minute

function* pull(pod: Pod, view: ClusterView): Generator<Observation> {
  if (isPlain(pod) || isTerminating(pod)) return
  const failing = containersOf(pod).filter(({ status }) => isPullReason(status.state.waiting?.reason))
  if (failing.length === 0) return
  const object = refOf('Pod', pod)
  const events = view
    .eventsOf({ ...object, uid: pod.metadata.uid })
    .filter(
      ({ reason }) =>
        reason === 'Failed' || reason === 'BackOff' || reason === 'FailedToRetrieveImagePullSecret',
    )
  for (const one of failing) {
    const image = one.spec?.image || one.status.image
    const related = events.filter(({ message }) => message.includes(image) || /PullSecret/i.test(message))
    const seen = pullObservation(pod, one, image, related)
    if (seen.cause.passes && heldMs(view, seen.observation.sinceMs) < passingMs) continue
    yield seen.observation
  }
}

function pullObservation(
  pod: Pod,
  { status, role }: ContainerState,
  image: string,
  events: ReturnType<ClusterView['eventsOf']>,
): { observation: Observation; cause: PullCause } {
  const object = refOf('Pod', pod)
  const { reason = '', message = '' } = status.state.waiting ?? {}
  const told = events.filter((event) => event.reason === 'Failed' && event.message.length > 30)
  const cause = pullCauseOf(reason, [message, ...told.map((event) => event.message)])
  const owner = pod.metadata.ownerReferences.find(({ controller }) => controller)
  const observation: Observation = {
    object,
    title: `The image ${image} of ${role} ${status.name} cannot be pulled: ${cause.title}.`,
    sinceMs: earliest(...events.map(({ firstMs }) => firstMs)) ?? msOf(pod.status.startTime),
    discriminator: status.name,
    evidence: [
      fieldEvidence(
        object,
        `status.containerStatuses[${status.name}].state.waiting`,
        `${reason}: ${message}`,
      ),
      ...told.slice(0, 3).map(eventEvidence),
    ],
    remediation: [
      advice(
        cause.advice,
        `kubectl get ${named(object)} -o jsonpath='{.spec.containers[*].image} {.spec.imagePullSecrets}'`,
      ),
      describe(object),
      ...(owner?.kind === 'ReplicaSet' ? [undoOf(object, pod)] : []),
    ],
  }
  return { observation, cause }
}

/** A Deployment's ReplicaSet is named after it and the hash of its template. */
function undoOf(object: Observation['object'], pod: Pod): ReturnType<typeof dryRun> {
  const hash = pod.metadata.labels['pod-template-hash'] ?? ''
  const set = pod.metadata.ownerReferences.find(({ controller }) => controller)?.name ?? ''
  const name = hash !== '' && set.endsWith(`-${hash}`) ? set.slice(0, -hash.length - 1) : set
  const deployment = { kind: 'Deployment', namespace: object.namespace, name }
  return dryRun('rollout undo', deployment, '', 'If a rollout brought this, see what going back would do.')
}

function* pullSecrets(view: ClusterView): Generator<Observation | undefined> {
  const told = new Set<string>()
  for (const [i, event] of view.list('Event').entries()) {
    if (i % 5_000 === 4_999) yield
    if (event.reason !== 'FailedToRetrieveImagePullSecret' || event.about.kind !== 'Pod') continue
    const pod = view.get('Pod', event.about.namespace, event.about.name)
    if (!pod || isTerminating(pod) || (event.about.uid !== '' && event.about.uid !== pod.metadata.uid))
      continue
    if (containersOf(pod).some(({ status }) => isPullReason(status.state.waiting?.reason))) continue
    // One pod speaks for all of its controller.
    const key = pod.metadata.ownerReferences[0]?.uid ?? pod.metadata.uid
    if (told.has(key)) continue
    told.add(key)
    const object = refOf('Pod', pod)
    const namespace = pod.metadata.namespace
    const names = pod.spec.imagePullSecrets.map(({ name }) => name)
    yield {
      object,
      title: `The image pull secret ${names.join(', ') || 'of its service account'} does not exist in namespace ${namespace}; a node without the image could not pull it.`,
      sinceMs: earliest(event.firstMs),
      evidence: [eventEvidence(event)],
      remediation: [
        advice(
          `Create the secret there, or take it out of ${ownerKind(pod) || 'the pod'} and its service account.`,
          `kubectl get serviceaccount ${quoted(pod.spec.serviceAccountName || 'default')} -n ${quoted(namespace)} -o jsonpath='{.imagePullSecrets}'`,
        ),
      ],
    }
  }
}
