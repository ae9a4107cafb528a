/** Findings of many rules, over many clusters, and the health checks of one. */
import { type Finding, type FindingRule, FindingRule as Rule } from '@aiops/contract/model/finding'
import type { HealthCheck } from '@aiops/contract/model/kubernetes'
import { severities } from '@aiops/contract/model/severity'
import { makeCluster } from './cluster-made.ts'
import { chance } from './infrastructure-finding.ts'
import { namespaces } from './kubernetes-made.ts'

const docs = 'https://kubernetes.io/docs/'
const rule = (
  id: string,
  kind: string,
  severity: FindingRule['severity'],
  condition: string,
  not_when: string,
  path: string,
  alert_name: string | null = null,
): FindingRule =>
  Rule.parse({
    id,
    area: 'KUBERNETES',
    analyzer: kind,
    kind,
    severity,
    condition,
    not_when,
    documentation_url: docs + path,
    alert_name,
  })

export const rules: FindingRule[] = [
  rule(
    'node-not-ready',
    'Node',
    'CRITICAL',
    'The kubelet of a node has not reported for longer than the grace period.',
    'the node joined less than five minutes ago',
    'concepts/architecture/nodes/',
    'KubeNodeNotReady',
  ),
  rule(
    'pod-crash-loop',
    'Pod',
    'HIGH',
    'A container ends again and again soon after its start.',
    'it ended once, or the pod is being deleted',
    'tasks/debug/debug-application/debug-pods/',
    'KubePodCrashLooping',
  ),
  rule(
    'pod-oom-killed',
    'Pod',
    'HIGH',
    'A container was killed for using more memory than its limit.',
    'the kill is older than an hour and none followed',
    'tasks/configure-pod-container/assign-memory-resource/',
  ),
  rule(
    'pod-image-pull',
    'Pod',
    'HIGH',
    'An image cannot be pulled, with why: not found, no permission, no route.',
    'the pull is slow but goes on',
    'concepts/containers/images/',
  ),
  rule(
    'pvc-pending',
    'PersistentVolumeClaim',
    'MEDIUM',
    'A claim has found no volume for more than five minutes.',
    'its class waits for the first consumer',
    'concepts/storage/persistent-volumes/',
    'KubePersistentVolumeErrors',
  ),
  rule(
    'service-no-endpoints',
    'Service',
    'MEDIUM',
    'A Service with a selector has no ready endpoint.',
    'its workload is scaled to zero on purpose',
    'concepts/services-networking/service/',
  ),
  rule(
    'cron-job-missed',
    'CronJob',
    'MEDIUM',
    'Runs were missed.',
    'it is suspended',
    'concepts/workloads/controllers/cron-jobs/',
  ),
  rule(
    'hpa-at-maximum',
    'HorizontalPodAutoscaler',
    'LOW',
    'It asks for more replicas than it may have.',
    'it has been so for less than fifteen minutes',
    'tasks/run-application/horizontal-pod-autoscale/',
    'KubeHpaMaxedOut',
  ),
  rule(
    'image-latest',
    'Deployment',
    'INFO',
    'An image has no version of its own.',
    'its digest is given',
    'concepts/containers/images/',
  ),
]

export function findingsOf(count: number): Finding[] {
  const random = chance(5)
  const clusters = Array.from({ length: 240 }, (_, n) => makeCluster(n))
  const all = Array.from({ length: count }, (_, i): Finding => {
    const of = rules[Math.min(rules.length - 1, Math.floor(random() ** 0.7 * rules.length))] as FindingRule
    const cluster = i % 5 === 0 ? clusters[0] : clusters[Math.floor(random() * clusters.length)]
    const namespace = of.kind === 'Node' ? '' : (namespaces[i % namespaces.length] ?? '')
    const name =
      of.kind === 'Node'
        ? `worker-${i % 160}`
        : `service-${i % 400}${of.kind === 'Pod' ? `-6d5f9c7b8-${(i * 7919).toString(36)}` : ''}`
    const object = { kind: of.kind, namespace, name }
    const parent = of.kind === 'Pod' ? { kind: 'Deployment', namespace, name: `service-${i % 400}` } : null
    const since = new Date(Date.now() - random() ** 3 * 86_400_000 * 4 - 30_000).toISOString()
    return {
      ...{
        id: `kf-${i.toString(16).padStart(6, '0')}`,
        tenant_id: 'default',
        cluster_id: cluster?.id ?? 'c-0',
      },
      ...{
        cluster_name: cluster?.name ?? 'hub',
        area: 'KUBERNETES',
        analyzer: of.analyzer,
        rule: of.id,
        severity: of.severity,
      },
      ...{
        title: titleOf(of.id, i),
        object,
        parent,
        since,
        found_at: since,
        evidence: evidenceOf(object, since),
      },
      causes: i % 3 === 0 && parent ? causesOf(parent, i) : [],
      remediation: [
        {
          text: 'Read what it wrote before it ended.',
          command: `kubectl logs pod/${name} -n ${namespace} --previous --tail=100`,
        },
        {
          text: 'Try on the server what going back would change.',
          command: `kubectl rollout undo deployment service-${i % 400} -n ${namespace} --dry-run=server`,
        },
      ],
      ...{ documentation_url: of.documentation_url, alert_name: of.alert_name },
    }
  })
  return all.sort(
    (a, b) =>
      severities.indexOf(a.severity) - severities.indexOf(b.severity) || (a.found_at < b.found_at ? -1 : 1),
  )
}

const titleOf = (id: string, i: number): string =>
  ({
    'node-not-ready': `The node has not been ready for ${3 + (i % 50)} minutes: its kubelet stopped reporting.`,
    'pod-crash-loop': `Container main ends with exit code 1 again and again, restart ${4 + (i % 60)}.`,
    'pod-oom-killed': `Container main was killed for using more memory than its limit of 256Mi, restart ${1 + (i % 9)}.`,
    'pod-image-pull': 'Image registry.example.test/service:9.9 cannot be pulled: it does not exist there.',
    'pvc-pending': 'No volume has been found for it: no StorageClass named fast-ssd.',
    'service-no-endpoints': 'None of its 3 pods is ready, so that connections to it fail.',
    'cron-job-missed': `${2 + (i % 9)} runs were missed.`,
    'hpa-at-maximum': 'It would need 14 replicas and may have 10.',
  })[id] ?? 'Container main runs an image without a version of its own (latest).'

const evidenceOf = (object: Finding['object'], at: string): Finding['evidence'] => [
  {
    kind: 'FIELD',
    object,
    source: 'status.containerStatuses[main].lastState.terminated',
    text: 'exit code 1 (Error)',
    at,
  },
  { kind: 'EVENT', object, source: 'BackOff', text: 'Back-off restarting failed container main', at },
  {
    kind: 'LOG',
    object,
    source: 'main',
    text: 'panic: dial tcp 10.2.3.4:5432: connect: connection refused\n  at main.go:42',
    at,
  },
]

const causesOf = (parent: Finding['object'], i: number): Finding['causes'] => [
  { object: parent, rule: null, text: `Image 1.4.1 → 1.4.2 four minutes before`, relation: 'changed before' },
  {
    object: { kind: 'Node', namespace: '', name: `worker-${i % 160}` },
    rule: 'node-memory-pressure',
    text: 'Its node is under memory pressure.',
    relation: 'runs on',
  },
]

const check = (
  id: string,
  status: HealthCheck['status'],
  title: string,
  message: string,
  command = '',
): HealthCheck => ({
  ...{
    id,
    category: 'node',
    title,
    status,
    severity: status === 'PASS' ? 'INFO' : 'HIGH',
    message,
    objects: [],
  },
  remediation: {
    description: command && 'Look at what it says.',
    kubectl_commands: command ? [command] : [],
    az_commands: [],
  },
})

export const diagnostics: HealthCheck[] = [
  check('api_server', 'PASS', 'The API server answers', 'It answers.'),
  check(
    'node_pressure',
    'FAIL',
    'Nodes are ready and under no pressure',
    '7 of 167 nodes are not ready.',
    'kubectl get nodes',
  ),
  check(
    'node_resources',
    'PASS',
    'There is room for more pods',
    'Requested: CPU 61 %, memory 48 % of what the nodes have.',
  ),
  check(
    'dns',
    'WARNING',
    'The DNS of the cluster has endpoints',
    '1 of 2 endpoints is ready.',
    'kubectl get pods -n kube-system -l k8s-app=kube-dns -o wide',
  ),
  check(
    'network_policies',
    'PASS',
    'NetworkPolicies restrict who may connect',
    '14 NetworkPolicies in 6 namespaces.',
  ),
  check(
    'certificates',
    'UNKNOWN',
    'Certificates are valid for long enough',
    'certificatesigningrequests may not be listed.',
    'kubectl get csr',
  ),
]
