import type { EntityRef } from '@aiops/contract/model/answer'
import type { ToolName } from '../../tool/index.ts'
import type { Missing } from '../../tool/inside.ts'
import { type Found, type PlannedCall, planned, type Situation } from '../answerer.ts'
import type { DraftWriter } from '../draft.ts'
import { listed } from '../words.ts'

/** Where inside clusters a question points to. Empty texts: anywhere. */
export type Place = {
  cluster_ids: string[]
  clusters: readonly string[]
  namespace: string
  node: string
  /** What makes the pods that are meant; a service is taken for the workload of its name. */
  workload: string
  pod: string
  /** ` of search in namespace shop of harbour-east`, or nothing. */
  text: string
}

const withPods: ReadonlySet<EntityRef['kind']> = new Set([
  ...(['WORKLOAD', 'SERVICE', 'DATABASE', 'QUEUE', 'FUNCTION'] as const),
])

export function placeOf({ question: { entities } }: Situation): Place {
  const of = (...kinds: EntityRef['kind'][]): EntityRef | undefined =>
    entities.find(({ kind }) => kinds.includes(kind))
  const clusters = entities.filter(({ kind }) => kind === 'CLUSTER')
  const pod = of('POD')
  const workload = pod ? undefined : entities.find(({ kind }) => withPods.has(kind))
  const node = of('NODE', 'HOST')
  const named = of('NAMESPACE')
  // A cluster that is named says where; else what is named may be known to be in one.
  const known = (pod ?? workload ?? node ?? named)?.cluster_id
  const namespace = named?.name ?? pod?.namespace ?? workload?.namespace ?? ''
  const about = pod?.name ?? workload?.name ?? ''
  const parts = [
    about && `of ${about}`,
    node ? `on ${node.name}` : '',
    named ? `in namespace ${named.name}` : '',
    clusters.length > 0 ? `in ${listed(clusters.map(({ name }) => name))}` : '',
  ].filter((part) => part !== '')
  return {
    cluster_ids: clusters.length > 0 ? clusters.map(({ id }) => id) : known === undefined ? [] : [known],
    clusters: clusters.map(({ name }) => name),
    namespace,
    node: node?.name ?? '',
    workload: workload?.name ?? '',
    pod: pod?.name ?? '',
    text: parts.length === 0 ? '' : ` ${parts.join(' ')}`,
  }
}

/** The question without the names in it, for words that a name may hold too: `lab` of `dock-lab`. */
export const wordsOf = ({ question: { text, entities } }: Situation): string =>
  entities.reduce((rest, { name }) => rest.replaceAll(name, ' '), text)

/** Whether yes or no is an answer to it. */
export const isYesNo = ({ question: { text, slots } }: Situation): boolean =>
  slots.yesNo ?? /^\s*(?:is|are|was|were|does|do|did|has|have|can|any)\b/i.test(text)

/** How `list_pods` is asked for that place. */
export const podsOf = ({ cluster_ids, namespace, node, workload, pod }: Place) => ({
  ...{ cluster_ids, namespace, node, workload, search: pod },
})

/** How `list_findings` is asked for it. */
export const findingsOf = ({ cluster_ids, namespace, node, workload, pod }: Place) => ({
  ...{ cluster_ids, namespace, name: pod || workload || node, limit: 200 },
})

/**
 * Says that a look failed, or that every cluster that was asked could not be seen; true where nothing can be said of the place.
 * `what` is what was asked for, in the plural: `pods`.
 */
export function isUnseen(
  writer: DraftWriter,
  found: Found,
  tool: ToolName,
  what: string,
  place: Place,
  as?: string,
): boolean {
  const outcome = found.of(tool, as)
  if (!outcome) return true
  const { call, output } = outcome
  if (output === undefined) {
    writer.headline(`The ${what}${place.text} could not be looked at: ${call.sentence}`, call.id)
    writer.couldNot(`${what}${place.text}`, call.sentence).outcome('UNANSWERABLE')
    return true
  }
  const { missing, total } = output as { missing?: Missing; total?: number }
  if (!missing || missing.length === 0 || total !== 0 || !sawNone(found, tool, as, missing)) return false
  const [first] = missing
  const status = found.output('get_cluster_status', 'unseen')?.cluster
  const state =
    status && status.status.state !== 'ONLINE'
      ? ` ${status.name} is ${status.status.state}${status.status.last_error ? ` (${status.status.last_error.replace(/\.$/, '')})` : ''}.`
      : ''
  writer.headline(
    `I cannot see ${what} of ${listed(
      missing.map(({ cluster }) => cluster),
      3,
    )}: ${first!.reason}${state}`,
    [call.id, found.record('get_cluster_status', 0, 'unseen')],
  )
  for (const { cluster, reason } of missing.slice(0, 10)) writer.couldNot(`inside of ${cluster}`, reason)
  writer.outcome('UNANSWERABLE')
  if (first) writer.suggest(`What is the state of ${first.cluster}?`)
  return true
}

/** The first cluster that could not be seen, for a question that names it: its state says why. */
export function askUnseen(found: Found, tool: ToolName, place: Place): PlannedCall[] {
  const output = found.output(tool) as { missing?: Missing } | undefined
  const [cluster] = output?.missing?.filter((one) => place.clusters.includes(one.cluster)) ?? []
  return cluster ? [planned('get_cluster_status', { cluster_id: cluster.cluster }, 'unseen')] : []
}

/** What the answer does not cover: clusters whose inside could not be seen. */
export function sayMissing(writer: DraftWriter, found: Found, tool: ToolName, as?: string): void {
  const outcome = found.of(tool, as)
  const missing = (outcome?.output as { missing?: Missing } | undefined)?.missing ?? []
  if (!outcome || missing.length === 0) return
  const [first] = missing
  const reason = first!.reason.replace(/^The inside of \S+ is not known\. /, '').replace(/[.\s]+$/, '')
  const names = listed(
    missing.map(({ cluster }) => cluster),
    3,
  )
  writer.caveat(
    `Not seen: ${names} (${missing.length === 1 ? '' : `${first!.cluster}: `}${reason}).`,
    outcome.call.id,
  )
  for (const { cluster, reason } of missing.slice(0, 10)) writer.couldNot(`inside of ${cluster}`, reason)
}

/** Whether every cluster that was asked is among those that could not answer: then nothing was seen, rather than nothing found. */
function sawNone(found: Found, tool: ToolName, as: string | undefined, missing: Missing): boolean {
  const asked = found.of(tool, as)?.call.arguments.cluster_ids
  return Array.isArray(asked) && asked.length > 0 && missing.length >= asked.length
}
