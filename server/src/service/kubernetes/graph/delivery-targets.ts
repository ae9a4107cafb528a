import type { Kind } from '../object/kind.ts'
import type { ClusterView, ObjectRef } from '../view.ts'

/** Kinds by which controllers deliver, renew, or break on purpose. */
export const deliveryKinds = [
  ...(['Application', 'Kustomization', 'HelmRelease', 'Certificate', 'ChaosEngine'] as const),
  ...(['PodChaos', 'NetworkChaos', 'StressChaos', 'IOChaos', 'HTTPChaos', 'DNSChaos'] as const),
] satisfies readonly Kind[]

const templated = ['Deployment', 'StatefulSet', 'DaemonSet'] as const
/** Labels by which Flux marks what it applied. */
const appliedBy: Readonly<Record<string, string>> = {
  Kustomization: 'kustomize.toolkit.fluxcd.io',
  HelmRelease: 'helm.toolkit.fluxcd.io',
}

/** Workloads that the object is about; their namespace where none is known, nothing where they are elsewhere. Undefined for another kind. */
export function deliveryTargets(view: ClusterView, object: ObjectRef): ObjectRef[] | undefined {
  const { kind, namespace, name } = object
  if (kind === 'Application') {
    const app = view.get('Application', namespace, name)
    const named = (app?.status.resources ?? []).filter((one) => templated.some((of) => of === one.kind))
    // Of an application that goes to another cluster none of them is here.
    const here = named.filter((one) =>
      view.get(one.kind as (typeof templated)[number], one.namespace, one.name),
    )
    return here.map(({ kind: of, namespace: at, name: called }) => ({
      kind: of,
      namespace: at,
      name: called,
    }))
  }
  const prefix = appliedBy[kind]
  if (prefix !== undefined)
    return workloads(
      view,
      '',
      (labels) => labels[`${prefix}/name`] === name && labels[`${prefix}/namespace`] === namespace,
    )
  if (kind === 'Certificate') return readersOfSecret(view, namespace, name)
  if (kind === 'ChaosEngine') {
    const { appns = '', applabel = '' } = view.get('ChaosEngine', namespace, name)?.spec.appinfo ?? {}
    return chosen(view, appns === '' ? [namespace] : [appns], pairsOf(applabel))
  }
  if (!deliveryKinds.some((one) => one === kind)) return undefined
  const { namespaces = [], labelSelectors = {} } =
    view.get(kind as 'NetworkChaos', namespace, name)?.spec.selector ?? {}
  return chosen(view, namespaces.length === 0 ? [namespace] : namespaces, Object.entries(labelSelectors))
}

/** `app=cart,tier=web`. */
const pairsOf = (text: string): [string, string][] =>
  text.split(',').flatMap((pair): [string, string][] => {
    const [key = '', value] = pair.split('=')
    return value === undefined ? [] : [[key.trim(), value.trim()]]
  })

/** What makes pods with these labels; the namespaces where no label is named, since all of them is meant. */
function chosen(
  view: ClusterView,
  namespaces: readonly string[],
  labels: readonly [string, string][],
): ObjectRef[] {
  const all = namespaces.slice(0, 50).map((name) => ({ kind: 'Namespace', namespace: '', name }))
  if (labels.length === 0) return all
  const found = namespaces
    .slice(0, 50)
    .flatMap((namespace) =>
      workloads(view, namespace, (_, pod) => labels.every(([key, value]) => pod[key] === value)),
    )
  return found.length === 0 ? all : found
}

/** Of one namespace; '' for all. */
function workloads(
  view: ClusterView,
  namespace: string,
  fits: (labels: Readonly<Record<string, string>>, pod: Readonly<Record<string, string>>) => boolean,
): ObjectRef[] {
  return templated.flatMap((kind) =>
    (namespace === '' ? view.list(kind) : view.list(kind, namespace))
      .filter(({ metadata, spec }) => fits(metadata.labels, spec.template.metadata.labels))
      .map(({ metadata }) => ({ kind, namespace: metadata.namespace, name: metadata.name })),
  )
}

/** Those that mount what the certificate is written to; the namespace where it is read otherwise, such as by an ingress. */
function readersOfSecret(view: ClusterView, namespace: string, name: string): ObjectRef[] {
  const secret = view.get('Certificate', namespace, name)?.spec.secretName ?? ''
  const readers = templated.flatMap((kind) =>
    view
      .list(kind, namespace)
      .filter(({ spec }) => spec.template.spec.volumes.some((volume) => volume.secret?.secretName === secret))
      .map(({ metadata }) => ({ kind, namespace, name: metadata.name })),
  )
  return readers.length > 0 && secret !== ''
    ? readers
    : [{ kind: 'Namespace', namespace: '', name: namespace }]
}
