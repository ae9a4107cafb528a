import { isKind, kinds } from '../object/kind.ts'
import type { ObjectRef } from '../view.ts'
import { plainText } from './evidence.ts'

/** A word as a POSIX shell takes it literally, and kubectl as no flag: a name comes from a cluster, which may lie. */
export function quoted(word: string): string {
  const name = word.replace(/^-+/, '')
  return /^[\w.,:/=@%+-]+$/.test(name) ? name : `'${plainText(name).replaceAll("'", `'\\''`)}'`
}

const resourceOf: Readonly<Record<string, string>> = {
  HorizontalPodAutoscaler: 'hpa',
  PodDisruptionBudget: 'pdb',
  PersistentVolumeClaim: 'pvc',
  PersistentVolume: 'pv',
}
/** `deployment/cart -n shop`. */
export const named = ({ kind, namespace, name }: ObjectRef): string =>
  `${resourceOf[kind] ?? plainOrCustom(kind)}/${quoted(name)}${scoped(namespace)}`
/** Two operators may have a kind of one name: with its group there is no doubt. */
const plainOrCustom = (kind: string): string => {
  const read = isKind(kind) ? kinds[kind] : undefined
  return read && 'optional' in read ? `${read.type.plural}.${read.type.group}` : kind.toLowerCase()
}
const scoped = (namespace: string): string => (namespace === '' ? '' : ` -n ${quoted(namespace)}`)

type Remedy = { text: string; command: string | null }

/** `kubectl describe`; kubectl wants kind and name apart or joined by a slash. */
export const describe = (object: ObjectRef, text = 'See its state and events.'): Remedy => ({
  text,
  command: `kubectl describe ${named(object)}`,
})
export const eventsOf = (object: ObjectRef, text = 'See what the cluster said about it.'): Remedy => ({
  text,
  command: `kubectl get events${scoped(object.namespace)} --field-selector ${quoted(
    `involvedObject.kind=${object.kind},involvedObject.name=${object.name}`,
  )} --sort-by=.lastTimestamp`,
})
/** Log of a container, of the run before with `previous`. */
export const logs = (pod: ObjectRef, container: string, text: string, previous = false): Remedy => ({
  text,
  command: `kubectl logs ${named({ ...pod, kind: 'pod' })} -c ${quoted(container)} --tail=100${previous ? ' --previous' : ''}`,
})
export const getYaml = (object: ObjectRef, text: string): Remedy => ({
  text,
  command: `kubectl get ${named(object)} -o yaml`,
})
/** A change as the server would take it, without making it. `verb` as `rollout undo` is put before the object, `rest` behind. */
export const dryRun = (verb: string, object: ObjectRef, rest: string, text: string): Remedy => ({
  text,
  command: `kubectl ${verb} ${named(object)}${rest === '' ? '' : ` ${rest}`} --dry-run=server`,
})
/** A merge patch, tried. */
export const patch = (object: ObjectRef, change: unknown, text: string): Remedy =>
  dryRun('patch', object, `--type=merge -p ${quoted(JSON.stringify(change))}`, text)
export const advice = (text: string, command: string | null = null): Remedy => ({ text, command })
