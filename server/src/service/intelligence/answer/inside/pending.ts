import type { EvidenceRecord } from '@aiops/contract/model/answer'
import {
  type Answerer,
  type Found,
  type OutputOf,
  type PlannedCall,
  planned,
  type Situation,
} from '../answerer.ts'
import { DraftWriter, rowsOf } from '../draft.ts'
import { counted, listed, momentText } from '../words.ts'
import { stepText } from './node-list.ts'
import { askUnseen, findingsOf, isUnseen, placeOf, podsOf, sayMissing } from './place.ts'
import { isPulling, type Pod, tableOf } from './pod-list.ts'
import { readUnschedulable, unschedulableText } from './scheduler.ts'

type Finding = OutputOf<'list_findings'>['findings'][number]
type Waiting = {
  pod: Pod
  record: EvidenceRecord | undefined
  finding: { finding: Finding; record: EvidenceRecord | undefined } | undefined
}

/** Pods whose requests are looked up. */
const lookedMax = 3

/** PENDING_PODS: which wait, since when and for what. */
export const pendingPods: Answerer = {
  intent: 'PENDING_PODS',
  plan(situation) {
    const place = placeOf(situation)
    const wanted = podsOf(place)
    const { cluster_ids, namespace } = place
    return [
      planned('list_pods', { ...wanted, phase: 'Pending', limit: 200 }),
      planned('list_findings', { ...findingsOf(place), kind: 'Pod' }),
      planned('list_events', { cluster_ids, namespace, kind: 'Pod', reason: 'FailedScheduling' }),
      planned('list_nodes', { cluster_ids }),
      // One that is named and no longer waits is told as it is.
      ...(place.pod || place.workload ? [planned('list_pods', { ...wanted, limit: 20 }, 'any')] : []),
    ]
  },
  next(situation, found, round) {
    if (round > 1) return []
    const look = waitingOf(found)
      .filter(({ pod }) => pod.node === null)
      .slice(0, lookedMax)
      .map(({ pod }, i): PlannedCall => {
        const { cluster_id, namespace, name } = pod
        return planned('get_object', { cluster_ids: [cluster_id], kind: 'Pod', namespace, name }, `pod${i}`)
      })
    return [...look, ...askUnseen(found, 'list_pods', placeOf(situation))]
  },
  compose(situation, found) {
    const writer = new DraftWriter()
    const place = placeOf(situation)
    if (isUnseen(writer, found, 'list_pods', 'pods', place)) return writer.draft
    const waiting = waitingOf(found)
    const call = found.of('list_pods')!.call.id
    const [first] = waiting
    if (!first) {
      sayNone(writer, found, place.text, call)
      sayMissing(writer, found, 'list_pods')
      return writer.draft
    }
    const unplaced = waiting.filter(({ pod }) => pod.node === null)
    if (waiting.length === 1) sayOne(writer, situation, found, first, true, 0)
    else {
      const names = waiting.map(({ pod }) => `${pod.name} (${pod.status})`)
      writer.headline(
        `${counted(waiting.length, 'pod')}${place.text} are Pending: ${listed(names, rowsOf(situation.persona.depth))}.`,
        waiting.slice(0, 10).map(({ record }) => record),
      )
      for (const one of waiting.slice(0, rowsOf(situation.persona.depth)))
        sayOne(writer, situation, found, one, false, unplaced.indexOf(one))
      tableOf(writer, situation, waiting, found.output('list_pods')!.total, 'Pending pods')
    }
    for (const { finding } of waiting.slice(0, 2))
      for (const step of finding?.finding.remediation.slice(0, 2) ?? [])
        writer.step(stepText(step), finding?.record)
    sayMissing(writer, found, 'list_pods')
    const { pod } = first
    if (pod.owner) writer.suggest(`What changed on ${pod.owner.name}?`)
    writer.suggest(`Show the events of ${pod.name}`, 'Which nodes have room left?')
    return writer.draft
  },
}

function waitingOf(found: Found): Waiting[] {
  const findings = (found.output('list_findings')?.findings ?? []).map((finding, i) => ({
    ...{ finding, record: found.record('list_findings', i) },
  }))
  return (found.output('list_pods')?.pods ?? []).map((pod, i) => ({
    pod,
    record: found.record('list_pods', i),
    finding: findings.find(
      ({ finding: { object, cluster_id } }) =>
        object.kind === 'Pod' &&
        object.name === pod.name &&
        object.namespace === pod.namespace &&
        cluster_id === pod.cluster_id,
    ),
  }))
}

/** Nothing waits; a pod that was named is told as it is. */
function sayNone(writer: DraftWriter, found: Found, where: string, call: string): void {
  const any = found.output('list_pods', 'any')?.pods ?? []
  if (any.length === 0) {
    writer.headline(`No pod${where} is Pending.`, call)
    return
  }
  writer.headline(
    `No pod${where} is Pending: ${listed(
      any.map(({ name, status, ready, total }) => `${name} is ${status}, ${ready} of ${total} ready`),
      5,
    )}.`,
    [call, ...any.slice(0, 5).map((_, i) => found.record('list_pods', i, 'any'))],
  )
}

function sayOne(
  writer: DraftWriter,
  { nowMs }: Situation,
  found: Found,
  { pod, record, finding }: Waiting,
  isHeadline: boolean,
  looked: number,
): void {
  const since = finding?.finding.since ?? pod.created_at
  const cites = [record, finding?.record]
  const event = eventOf(found, pod)
  const message = reasonOf(finding?.finding) ?? event?.message
  const placed = message === undefined ? undefined : readUnschedulable(message)
  const reason = placed
    ? unschedulableText(placed)
    : pod.node !== null
      ? isPulling(pod)
        ? `it has a node, ${pod.node}, but its image cannot be pulled${finding ? ` (${withoutEnd(finding.finding.title)})` : ''}`
        : `it has a node, ${pod.node}, but ${finding ? quoted(finding.finding.title) : `its containers are not started (${pod.status})`}`
      : finding
        ? withoutEnd(finding.finding.title)
        : 'no reason is known yet'
  const text = `${pod.name} in ${pod.namespace} is Pending${since ? ` since ${momentText(since, nowMs)}` : ''}${placed ? ', because' : ':'} ${reason}.`
  writer.say(
    text,
    [...cites, placed && !reasonOf(finding?.finding) ? event?.record : undefined],
    isHeadline ? 'HEADLINE' : 'FACT',
  )
  sayNeeds(writer, found, pod, looked)
}

/** What it asks for, and the most that a node has of it, where a device is what lacks. */
function sayNeeds(writer: DraftWriter, found: Found, pod: Pod, looked: number): void {
  const object = looked < 0 ? undefined : found.output('get_object', `pod${looked}`)?.objects[0]
  if (!object || object.name !== pod.name) return
  const wants = object.containers.flatMap(({ requests }) => Object.entries(requests))
  if (wants.length === 0) return
  const record = found.record('get_object', 0, `pod${looked}`)
  const gpus = wants.find(([resource]) => /gpu/i.test(resource))
  const nodes = found.output('list_nodes')?.nodes ?? []
  const most = nodes
    .map((node, i) => ({ node, i }))
    .filter(({ node }) => node.cluster_id === pod.cluster_id)
    .sort((a, b) => b.node.allocatable.gpus - a.node.allocatable.gpus)[0]
  const asks = `It requests ${listed(wants.map(([resource, amount]) => resourceText(resource, amount)))}`
  if (!gpus || !most) {
    writer.say(`${asks}.`, record)
    return
  }
  writer.say(
    most.node.allocatable.gpus === 0
      ? `${asks}; no node of ${pod.cluster_name} offers a GPU.`
      : `${asks}; the most that one node has is ${counted(most.node.allocatable.gpus, 'GPU')} (${most.node.name}, ${most.node.requested.gpus} of them taken).`,
    [record, found.record('list_nodes', most.i)],
  )
}

const resourceText = (resource: string, amount: string): string =>
  /^(?:nvidia|amd|intel)\.com\/gpu$/.test(resource)
    ? `${amount} ${amount === '1' ? 'GPU' : 'GPUs'} (${resource})`
    : `${amount} ${resource === 'cpu' ? 'CPU' : resource}`

/** What the finding quotes of the scheduler. */
const reasonOf = (finding: Finding | undefined): string | undefined =>
  finding?.evidence.find(({ text }) => /\d+\/\d+ nodes are available/.test(text))?.text

function eventOf(
  found: Found,
  pod: Pod,
): { message: string; record: EvidenceRecord | undefined } | undefined {
  const events = found.output('list_events')?.events ?? []
  const i = events.findIndex(
    ({ object, cluster_id }) =>
      object.name === pod.name && object.namespace === pod.namespace && cluster_id === pod.cluster_id,
  )
  return i < 0 ? undefined : { message: events[i]!.message, record: found.record('list_events', i) }
}

const withoutEnd = (text: string): string => text.replace(/[.\s]+$/, '')
const quoted = (text: string): string => withoutEnd(text).replace(/^./, (letter) => letter.toLowerCase())
