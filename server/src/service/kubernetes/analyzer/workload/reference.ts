import type { KubeObject } from '../../object/kind.ts'
import type { PodSpec } from '../../object/pod.ts'
import type { ClusterView, ObjectRef } from '../../view.ts'
import { fieldEvidence, heldMs, minute, msOf } from '../evidence.ts'
import { advice, quoted } from '../kubectl.ts'
import { type Observation, type Rule, refOf } from '../rule.ts'

const kind = 'Deployment, StatefulSet, DaemonSet, CronJob'
const needs = ['Deployment', 'StatefulSet', 'DaemonSet', 'CronJob'] as const
const notWhen =
  'it is scaled to zero or suspended, or was made or its namespace was, within the last two minutes'

/** What a workload names and does not exist: what runs goes on, and the next pod does not start. */
export const referenceRules: readonly Rule[] = [
  {
    id: 'config-map-missing',
    analyzer: 'Reference',
    kind,
    severity: 'MEDIUM',
    condition:
      'The template of a workload names a ConfigMap that does not exist, as a volume or for its environment.',
    not_when: `the reference is optional, ${notWhen}`,
    documentation_url:
      'https://kubernetes.io/docs/concepts/configuration/configmap/#using-configmaps-as-files-from-a-pod',
    alert_name: null,
    needs: [...needs, 'ConfigMap'],
    check: (view) => missing(view, 'ConfigMap', configMapsOf),
  },
  {
    id: 'service-account-missing',
    analyzer: 'Reference',
    kind,
    severity: 'MEDIUM',
    condition:
      'The template of a workload names a service account that does not exist, so that none of its pods can be made.',
    not_when: notWhen,
    documentation_url: 'https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/',
    alert_name: null,
    needs: [...needs, 'ServiceAccount'],
    check: (view) =>
      missing(view, 'ServiceAccount', ({ serviceAccountName }) =>
        named(serviceAccountName, 'serviceAccountName'),
      ),
  },
  {
    id: 'priority-class-missing',
    analyzer: 'Reference',
    kind,
    severity: 'MEDIUM',
    condition:
      'The template of a workload names a priority class that does not exist, so that none of its pods can be made.',
    not_when: `it is one of the two that every cluster has, ${notWhen}`,
    documentation_url:
      'https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/#pod-priority',
    alert_name: null,
    needs: [...needs, 'PriorityClass'],
    check: (view) =>
      missing(view, 'PriorityClass', ({ priorityClassName }) =>
        named(priorityClassName, 'priorityClassName'),
      ),
  },
]

type Named = { name: string; field: string }
const named = (name: string | undefined, field: string): Named[] => (name ? [{ name, field }] : [])

function configMapsOf(spec: PodSpec): Named[] {
  const found: Named[] = []
  for (const { name, configMap } of spec.volumes)
    if (configMap && !configMap.optional)
      found.push({ name: configMap.name, field: `volumes[${name}].configMap` })
  for (const { name, env, envFrom } of [...spec.initContainers, ...spec.containers]) {
    for (const { configMapRef } of envFrom)
      if (configMapRef && !configMapRef.optional)
        found.push({ name: configMapRef.name, field: `containers[${name}].envFrom` })
    for (const { name: variable, valueFrom } of env) {
      const ref = valueFrom?.configMapKeyRef
      if (ref && !ref.optional) found.push({ name: ref.name, field: `containers[${name}].env[${variable}]` })
    }
  }
  return found
}

/** They are there without anybody making them. */
const builtIn: ReadonlySet<string> = new Set([
  'PriorityClass/system-node-critical',
  'PriorityClass/system-cluster-critical',
])
const youngMs = 2 * minute

function* missing(
  view: ClusterView,
  wanted: 'ConfigMap' | 'ServiceAccount' | 'PriorityClass',
  namesOf: (spec: PodSpec) => Named[],
): Generator<Observation | undefined> {
  for (const { object, spec, createdMs } of templates(view)) {
    if (!spec) {
      yield
      continue
    }
    const scope = wanted === 'PriorityClass' ? '' : object.namespace
    const lacking = namesOf(spec).filter(
      ({ name }) => name !== '' && !builtIn.has(`${wanted}/${name}`) && !view.get(wanted, scope, name),
    )
    if (lacking.length === 0 || heldMs(view, createdMs) < youngMs || isYoung(view, object.namespace)) continue
    for (const name of new Set(lacking.map((one) => one.name))) {
      const fields = lacking.filter((one) => one.name === name).map(({ field }) => field)
      const plural =
        wanted === 'ConfigMap'
          ? 'configmaps'
          : wanted === 'ServiceAccount'
            ? 'serviceaccounts'
            : 'priorityclasses'
      yield {
        object,
        title: `It names ${wanted} ${name}, which does not exist: its next pod ${wanted === 'ConfigMap' ? 'will not start' : 'cannot be made'}.`,
        sinceMs: undefined,
        discriminator: name,
        evidence: [...new Set(fields)]
          .slice(0, 5)
          .map((field) => fieldEvidence(object, `spec.template.spec.${field}`, name)),
        remediation: [
          advice(
            `Create it, or correct the name; see what there is.`,
            `kubectl get ${plural}${scope === '' ? '' : ` -n ${quoted(scope)}`}`,
          ),
        ],
      }
    }
  }
}

const isYoung = (view: ClusterView, namespace: string): boolean => {
  const created = msOf(view.get('Namespace', '', namespace)?.metadata.creationTimestamp)
  return created !== undefined && heldMs(view, created) < youngMs
}

type Template = { object: ObjectRef; spec: PodSpec | undefined; createdMs: number | undefined }
const stretch = 500

/** Templates that pods are made from now, and a breath now and then. */
function* templates(view: ClusterView): Generator<Template> {
  let seen = 0
  const found = (of: string, one: Pick<KubeObject, 'metadata'>, spec: PodSpec): Template => ({
    object: refOf(of, one),
    spec,
    createdMs: msOf(one.metadata.creationTimestamp),
  })
  const breath: Template = {
    object: { kind: '', namespace: '', name: '' },
    spec: undefined,
    createdMs: undefined,
  }
  for (const kind of ['Deployment', 'StatefulSet'] as const)
    for (const one of view.list(kind)) {
      seen += 1
      if (seen % stretch === 0) yield breath
      if ((one.spec.replicas ?? 1) > 0) yield found(kind, one, one.spec.template.spec)
    }
  for (const one of view.list('DaemonSet')) yield found('DaemonSet', one, one.spec.template.spec)
  for (const one of view.list('CronJob'))
    if (!one.spec.suspend) yield found('CronJob', one, one.spec.jobTemplate.spec.template.spec)
}
