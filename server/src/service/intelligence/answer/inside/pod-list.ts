import type { EvidenceRecord } from '@aiops/contract/model/answer'
import { type Answerer, type OutputOf, planned, type Situation } from '../answerer.ts'
import { DraftWriter, rowsOf } from '../draft.ts'
import { counted, durationText, listed } from '../words.ts'
import { askUnseen, isUnseen, type Place, placeOf, podsOf, sayMissing } from './place.ts'

export type Pod = OutputOf<'list_pods'>['pods'][number]
export type SeenPod = { pod: Pod; record: EvidenceRecord | undefined }

/** LIST_PODS: which there are, how many, which are not as they should be. */
export const listPods: Answerer = {
  intent: 'LIST_PODS',
  plan(situation) {
    const wanted = podsOf(placeOf(situation))
    return [
      planned('list_pods', { ...wanted, limit: 200 }),
      // Of many pods only some are listed; those that are not well must not be among the others.
      planned('list_pods', { ...wanted, problems: true, limit: 200 }, 'problems'),
    ]
  },
  next: (situation, found) => askUnseen(found, 'list_pods', placeOf(situation)),
  compose(situation, found) {
    const writer = new DraftWriter()
    const place = placeOf(situation)
    if (isUnseen(writer, found, 'list_pods', 'pods', place)) return writer.draft
    const call = found.of('list_pods')!
    const all = call.output!
    const unwell = (found.output('list_pods', 'problems')?.pods ?? []).map((pod, i) => ({
      ...{ pod, record: found.record('list_pods', i, 'problems') },
    }))
    const listedPods = all.pods.map((pod, i) => ({ pod, record: call.records[i] }))
    const onlyUnwell = situation.question.slots.onlyProblems === true
    if (all.total === 0) {
      writer.headline(`No pod${place.text} is there, as far as can be seen.`, call.call.id)
    } else if (onlyUnwell) {
      writer.headline(
        unwell.length === 0
          ? `Every pod${place.text} is as it should be (${all.total} seen).`
          : `${counted(unwell.length, 'pod')}${place.text} ${unwell.length === 1 ? 'is' : 'are'} not as ${unwell.length === 1 ? 'it' : 'they'} should be: ${namesOf(unwell, situation)}.`,
        unwell.length === 0 ? [call.call.id, found.of('list_pods', 'problems')?.call.id] : recordsOf(unwell),
      )
    } else {
      writer.headline(
        unwell.length === 0
          ? `${counted(all.total, 'pod')} ${all.total === 1 ? 'runs' : 'run'}${place.text}, ${all.total === 1 ? `and it is ${all.pods[0]?.status}` : 'all as they should be'}.`
          : `${counted(all.total, 'pod')}${place.text}, ${all.total - unwell.length} as they should be; not so: ${namesOf(unwell, situation)}.`,
        [call.call.id, ...recordsOf(unwell)],
      )
    }
    if (!onlyUnwell) sayClusters(writer, listedPods, all.total, call.call.id)
    tableOf(writer, situation, onlyUnwell ? unwell : listedPods, onlyUnwell ? unwell.length : all.total)
    sayMissing(writer, found, 'list_pods')
    suggest(writer, place, unwell)
    return writer.draft
  },
}

/** How many of them each cluster holds, where several do and all of them were listed. */
function sayClusters(writer: DraftWriter, pods: readonly SeenPod[], total: number, call: string): void {
  const counts = new Map<string, number>()
  for (const { pod } of pods) counts.set(pod.cluster_name, (counts.get(pod.cluster_name) ?? 0) + 1)
  // Every pod that is counted is cited, and more than ten are not.
  if (counts.size < 2 || pods.length < total || pods.length > 10) return
  const parts = [...counts].sort((a, b) => b[1] - a[1]).map(([name, count]) => `${count} in ${name}`)
  writer.say(`Of the ${total} pods that were looked at there are ${listed(parts)}.`, [
    call,
    ...recordsOf(pods),
  ])
}

/** `trainer-0 (Pending)`. */
const namesOf = (pods: readonly SeenPod[], { persona }: Situation): string =>
  listed(
    pods.map(({ pod }) => `${pod.name} (${pod.status})`),
    rowsOf(persona.depth),
  )
export const recordsOf = (pods: readonly SeenPod[], max = 10): (EvidenceRecord | undefined)[] =>
  pods.slice(0, max).map(({ record }) => record)

/** A table of pods; the column of the cluster only where there is more than one. */
export function tableOf(
  writer: DraftWriter,
  { persona, nowMs }: Situation,
  pods: readonly SeenPod[],
  total: number,
  title = 'Pods',
): void {
  const clusters = new Set(pods.map(({ pod }) => pod.cluster_name))
  const rows = pods.map(({ pod, record }) => ({
    cells: {
      ...{ pod: pod.name, namespace: pod.namespace, status: pod.status, ready: `${pod.ready}/${pod.total}` },
      ...{ restarts: pod.restarts, node: pod.node ?? 'none' },
      age: pod.created_at === null ? null : durationText(nowMs - Date.parse(pod.created_at)),
      cluster: pod.cluster_name,
    },
    cites: record,
  }))
  const columns = [
    ...[
      { key: 'pod', title: 'Pod' },
      { key: 'namespace', title: 'Namespace' },
    ],
    ...[
      { key: 'status', title: 'Status' },
      { key: 'ready', title: 'Ready' },
    ],
    ...[
      { key: 'restarts', title: 'Restarts', numeric: true },
      { key: 'node', title: 'Node' },
    ],
    { key: 'age', title: 'Age' },
    ...(clusters.size > 1 ? [{ key: 'cluster', title: 'Cluster' }] : []),
  ]
  writer.table(title, columns, rows, rowsOf(persona.depth), total)
}

function suggest(writer: DraftWriter, place: Place, unwell: readonly SeenPod[]): void {
  const waiting = unwell.find(({ pod }) => pod.phase === 'Pending' && pod.node === null)
  const pulling = unwell.find(({ pod }) => isPulling(pod))
  const restarting = unwell.find(({ pod }) => pod.restarts > 0)
  if (waiting) writer.suggest(`Why is ${waiting.pod.name} pending?`)
  if (pulling) writer.suggest(`Why does ${pulling.pod.owner?.name ?? pulling.pod.name} not start?`)
  if (restarting)
    writer.suggest(`Why does ${restarting.pod.owner?.name ?? restarting.pod.name} keep restarting?`)
  if (unwell.length === 0 && place.namespace)
    writer.suggest(`Show the events in namespace ${place.namespace}`)
}

const pullReasons: ReadonlySet<string> = new Set([
  ...['ImagePullBackOff', 'ErrImagePull', 'InvalidImageName', 'ErrImageNeverPull', 'RegistryUnavailable'],
  ...['ImageInspectError', 'SignatureValidationFailed'],
])
export const isPulling = ({ status, containers }: Pod): boolean =>
  pullReasons.has(status.replace(/^Init:/, '')) || containers.some(({ state }) => pullReasons.has(state))
