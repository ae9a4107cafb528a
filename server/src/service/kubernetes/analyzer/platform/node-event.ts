import type { ClusterView } from '../../view.ts'
import { counted, eventEvidence, hour } from '../evidence.ts'
import { advice, describe, eventsOf, quoted } from '../kubectl.ts'
import { type Observation, type Rule, refOf } from '../rule.ts'

type Told = Omit<Rule, 'analyzer' | 'kind' | 'needs' | 'check'> & {
  reasons: readonly string[]
  countMin: number
  says: (node: string, times: number) => string
  command?: (node: string) => string
}

/** What only events of a node tell; each within the last hour. */
const told: readonly Told[] = [
  {
    id: 'node-system-oom',
    severity: 'MEDIUM',
    condition:
      'Within the last hour the kernel of a node killed a process for memory, outside of any limit of a container.',
    not_when: 'A container was killed at its own memory limit: that is the pod’s.',
    documentation_url:
      'https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/#node-out-of-memory-behavior',
    alert_name: null,
    reasons: ['SystemOOM'],
    countMin: 1,
    says: (node, times) =>
      `The kernel of node ${node} killed processes for memory, ${counted(times, 'time')}.`,
    command: () => 'kubectl top pods -A --sort-by=memory',
  },
  {
    id: 'node-eviction',
    severity: 'MEDIUM',
    condition: 'Within the last hour the kubelet reached an eviction threshold and evicts pods.',
    not_when: 'Pods are evicted by a drain: that is no Warning of the node.',
    documentation_url: 'https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/',
    alert_name: 'KubeNodeEviction',
    reasons: ['EvictionThresholdMet'],
    countMin: 1,
    says: (node) => `Node ${node} reached an eviction threshold: pods are evicted.`,
  },
  {
    id: 'node-image-collection-failed',
    severity: 'MEDIUM',
    condition:
      'Within the last hour the kubelet could not free disk space by removing images, at least twice.',
    not_when: 'It failed once, as a kubelet that has just started reports.',
    documentation_url:
      'https://kubernetes.io/docs/concepts/architecture/garbage-collection/#containers-images',
    alert_name: null,
    reasons: ['ImageGCFailed', 'FreeDiskSpaceFailed', 'ContainerGCFailed'],
    countMin: 2,
    says: (node) => `The kubelet of node ${node} cannot free disk space.`,
  },
]

export const nodeEventRules: readonly Rule[] = told.map(
  ({ reasons, countMin, says, command, ...rule }): Rule => ({
    ...rule,
    analyzer: 'Node',
    kind: 'Node',
    needs: ['Node', 'Event'],
    check: (view) => check(view, { reasons, countMin, says, command }),
  }),
)

type Ask = Pick<Told, 'reasons' | 'countMin' | 'says'> & { command: Told['command'] | undefined }

function* check(view: ClusterView, { reasons, countMin, says, command }: Ask): Iterable<Observation> {
  for (const node of view.list('Node')) {
    const ref = refOf('Node', node)
    const seen = view
      .eventsOf(ref)
      .filter(
        ({ type, reason, lastMs }) =>
          type === 'Warning' && reasons.includes(reason) && view.timeMs - lastMs < hour,
      )
    const times = seen.reduce((sum, { count }) => sum + count, 0)
    if (times < countMin) continue
    yield {
      object: ref,
      title: says(node.metadata.name, times),
      sinceMs: Math.min(...seen.map(({ firstMs }) => firstMs)),
      evidence: seen.slice(0, 5).map(eventEvidence),
      remediation: [
        describe(ref),
        eventsOf(ref),
        advice(
          'See who uses most there.',
          command?.(quoted(node.metadata.name)) ??
            `kubectl get pods -A -o wide --field-selector spec.nodeName=${quoted(node.metadata.name)}`,
        ),
      ],
    }
  }
}
