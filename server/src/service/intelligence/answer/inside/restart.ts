import type { EvidenceRecord } from '@aiops/contract/model/answer'
import { type Answerer, type Found, type OutputOf, planned, type Situation } from '../answerer.ts'
import { DraftWriter, rowsOf } from '../draft.ts'
import { counted, durationText, listed, measured, momentText } from '../words.ts'
import { stepText } from './node-list.ts'
import { askUnseen, findingsOf, isUnseen, isYesNo, placeOf, podsOf, sayMissing } from './place.ts'
import type { Pod } from './pod-list.ts'

type Finding = OutputOf<'list_findings'>['findings'][number]
type Restarted = {
  pod: Pod
  record: EvidenceRecord | undefined
  /** Of the container that ended last and not well. */
  exit: { container: string; reason: string; code: number; at: string | null } | undefined
  finding: { finding: Finding; record: EvidenceRecord | undefined } | undefined
  /** As Kubernetes writes it: `512Mi`. */
  limit: { amount: string; record: EvidenceRecord | undefined } | undefined
}

/** Pods whose limits are looked up. */
const lookedMax = 5
const asksMemory = /\boom|out[- ]of[- ]memory|memory limit|\bkilled\b/i

/** RESTARTS: which restart most, how they ended, and what they may use. */
export const restarts: Answerer = {
  intent: 'RESTARTS',
  plan(situation) {
    const place = placeOf(situation)
    return [
      planned('list_pods', { ...podsOf(place), order: 'RESTARTS', limit: 200 }),
      planned('list_findings', { ...findingsOf(place), kind: 'Pod' }),
      ...(place.pod || place.workload ? [planned('list_pods', { ...podsOf(place), limit: 20 }, 'any')] : []),
    ]
  },
  next(situation, found, round) {
    if (round > 1) return []
    const look = wantedOf(situation, found)
      .slice(0, lookedMax)
      .map(({ pod: { cluster_id, namespace, name } }) =>
        planned('get_object', { cluster_ids: [cluster_id], kind: 'Pod', namespace, name }, name),
      )
    return [...look, ...askUnseen(found, 'list_pods', placeOf(situation))]
  },
  compose(situation, found) {
    const writer = new DraftWriter()
    const place = placeOf(situation)
    if (isUnseen(writer, found, 'list_pods', 'pods', place)) return writer.draft
    const wanted = wantedOf(situation, found)
    const [first] = wanted
    const { call } = found.of('list_pods')!
    const forMemory = asksMemory.test(situation.question.text)
    if (!first) {
      const any = found.output('list_pods', 'any')?.pods ?? []
      const others = forMemory ? restartedOf(found).length : 0
      writer.headline(
        `No, no pod${place.text} ${forMemory ? 'was killed for memory (OOMKilled)' : 'has restarted'}${others > 0 ? `; ${counted(others, 'pod')} restarted for other reasons` : ''}.`,
        [call.id, ...any.slice(0, 3).map((_, i) => found.record('list_pods', i, 'any'))],
      )
      sayMissing(writer, found, 'list_pods')
      return writer.draft
    }
    // "is it ok? it keeps getting killed": how it is was asked, not whether it restarts.
    const yes = isYesNo(situation) && situation.question.slots.askedState !== 'FINE' ? 'Yes: ' : ''
    writer.headline(`${yes}${sentenceOf(first, situation)}`, citesOf(first))
    if (wanted.length === 1) {
      if (!place.pod && !place.workload && situation.question.slots.order !== undefined)
        writer.say(`No other pod${place.text} has restarted${forMemory ? ' for memory' : ''}.`, call.id)
    } else {
      writer.say(
        `${counted(wanted.length, 'pod')}${place.text} ${forMemory ? 'were killed for memory' : 'have restarted'}: ${listed(
          wanted.map(({ pod }) => `${pod.name} (${pod.restarts})`),
          rowsOf(situation.persona.depth),
        )}.`,
        [call.id, ...wanted.slice(0, 10).map(({ record }) => record)],
      )
      tableOf(writer, situation, wanted, found.output('list_pods')!.total)
    }
    sayUse(writer, first)
    for (const step of first.finding?.finding.remediation.slice(0, 3) ?? [])
      writer.step(stepText(step), first.finding?.record)
    sayMissing(writer, found, 'list_pods')
    const name = first.pod.owner?.name ?? first.pod.name
    writer.suggest(`Show me the logs of ${name}`, `What changed on ${name}?`, `Memory usage of ${name}?`)
    return writer.draft
  },
}

function restartedOf(found: Found): Restarted[] {
  const findings = (found.output('list_findings')?.findings ?? []).map((finding, i) => ({
    ...{ finding, record: found.record('list_findings', i) },
  }))
  return (found.output('list_pods')?.pods ?? []).map((pod, i) => {
    const ended = pod.containers
      .filter(({ last_exit, restarts: count }) => last_exit !== null && count > 0)
      .sort((a, b) => b.restarts - a.restarts)[0]
    return {
      ...{ pod, record: found.record('list_pods', i) },
      exit: ended?.last_exit ? { container: ended.name, ...ended.last_exit } : undefined,
      finding: findings.find(
        ({ finding: { object, cluster_id } }) =>
          object.name === pod.name && object.namespace === pod.namespace && cluster_id === pod.cluster_id,
      ),
      limit: limitOf(found, pod, ended?.name),
    }
  })
}

/** Those that were asked for: all that restarted, or those that were killed for memory. */
function wantedOf({ question }: Situation, found: Found): Restarted[] {
  const all = restartedOf(found)
  if (!asksMemory.test(question.text)) return all
  const killed = all.filter(
    ({ exit, finding }) => exit?.reason === 'OOMKilled' || finding?.finding.rule === 'pod-oom-killed',
  )
  return /memory limit/i.test(question.text) && killed.length === 0 ? all : killed
}

function limitOf(found: Found, pod: Pod, container: string | undefined): Restarted['limit'] {
  const object = found.output('get_object', pod.name)?.objects[0]
  const one = object?.containers.find(({ name }) => name === container) ?? object?.containers[0]
  const amount = one?.limits.memory
  return amount === undefined ? undefined : { amount, record: found.record('get_object', 0, pod.name) }
}

const citesOf = ({ record, finding, limit }: Restarted): (EvidenceRecord | undefined)[] => [
  ...[record, finding?.record, limit?.record],
]

/** `search-1 (Deployment search) in shop has restarted 7 times, last 14:27 UTC, 15 min ago: it was OOMKilled (exit code 137); its memory limit is 512Mi.` */
function sentenceOf({ pod, exit, limit }: Restarted, { nowMs }: Situation): string {
  const owner = pod.owner ? ` (${pod.owner.kind} ${pod.owner.name})` : ''
  const end =
    exit === undefined
      ? ''
      : exit.reason === 'OOMKilled'
        ? `: out of memory, OOMKilled (exit code ${exit.code})`
        : `: ${exit.reason} (exit code ${exit.code})`
  const last = exit?.at ? `, last at ${momentText(exit.at, nowMs)}` : ''
  const most = limit
    ? `; the memory limit of its container ${exit?.container ?? ''} is ${limit.amount}`.replace('  ', ' ')
    : ''
  return `${pod.name}${owner} in ${pod.namespace} has restarted ${counted(pod.restarts, 'time')}${last}${end}${most}.`
}

function sayUse(writer: DraftWriter, { pod, record, finding }: Restarted): void {
  const main = pod.containers.find(({ ready }) => !ready)
  if (main && main.state !== 'Running')
    writer.say(`It is ${pod.status} now, ${pod.ready} of ${counted(pod.total, 'container')} ready.`, record)
  else if (pod.usage) writer.say(`It uses ${measured(pod.usage.memory_bytes, 'By')} of memory now.`, record)
  if (finding) writer.say(finding.finding.title, finding.record)
}

function tableOf(
  writer: DraftWriter,
  { persona, nowMs }: Situation,
  all: readonly Restarted[],
  total: number,
): void {
  const rows = all.map((one) => ({
    cells: {
      ...{ pod: one.pod.name, namespace: one.pod.namespace, restarts: one.pod.restarts },
      exit: one.exit ? `${one.exit.reason} (${one.exit.code})` : null,
      last: one.exit?.at ? `${durationText(nowMs - Date.parse(one.exit.at))} ago` : null,
      ...{ limit: one.limit?.amount ?? null, cluster: one.pod.cluster_name },
    },
    cites: citesOf(one),
  }))
  const columns = [
    ...[
      { key: 'pod', title: 'Pod' },
      { key: 'namespace', title: 'Namespace' },
    ],
    ...[
      { key: 'restarts', title: 'Restarts', numeric: true },
      { key: 'exit', title: 'Last exit' },
    ],
    ...[
      { key: 'last', title: 'When' },
      { key: 'limit', title: 'Memory limit' },
    ],
    { key: 'cluster', title: 'Cluster' },
  ]
  writer.table('Restarts', columns, rows, rowsOf(persona.depth), Math.max(total, all.length))
}
