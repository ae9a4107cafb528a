import { type Answerer, type OutputOf, planned, type Situation } from '../answerer.ts'
import { DraftWriter, rowsOf } from '../draft.ts'
import { counted, listed } from '../words.ts'
import { askUnseen, isUnseen, type Place, placeOf, sayMissing } from './place.ts'

type Workload = OutputOf<'list_workloads'>['workloads'][number]

/** LIST_WORKLOADS: what runs in a place, with its images, and what of it is not available. */
export const listWorkloads: Answerer = {
  intent: 'LIST_WORKLOADS',
  plan(situation) {
    const wanted = wantedOf(situation)
    return [
      planned('list_workloads', { ...wanted, limit: 200 }),
      planned('list_workloads', { ...wanted, problems: true, limit: 200 }, 'problems'),
    ]
  },
  next: (situation, found) => askUnseen(found, 'list_workloads', placeOf(situation)),
  compose(situation, found) {
    const writer = new DraftWriter()
    const place = placeOf(situation)
    const onlyBad = situation.question.slots.onlyProblems === true
    if (isUnseen(writer, found, 'list_workloads', 'workloads', place)) return writer.draft
    const { call, output, records } = found.of('list_workloads')!
    const bad = found.output('list_workloads', 'problems')?.workloads ?? []
    const badRecords = bad.map((_, i) => found.record('list_workloads', i, 'problems'))
    const { total } = output!
    const kind = situation.question.slots.workloadKind ?? 'workload'
    const badText = listed(
      bad.map((one) => `${one.kind} ${one.name} (${one.status}, ${one.ready} of ${one.desired} ready)`),
      5,
    )
    if (total === 0) writer.headline(`No ${kind}${place.text} is there, as far as can be seen.`, call.id)
    else if (onlyBad)
      writer.headline(
        bad.length === 0
          ? `Every ${kind}${place.text} is available (${total} seen).`
          : `${counted(bad.length, kind)}${place.text} ${bad.length === 1 ? 'is' : 'are'} not available: ${badText}.`,
        bad.length === 0 ? call.id : badRecords,
      )
    else if (total === 1 && output!.workloads[0]) {
      const one = output!.workloads[0]
      writer.headline(
        `${stateText(one)}; it runs ${listed(one.images, 3) || 'no image that is known'}.`,
        records[0],
      )
    } else {
      const names =
        total <= 8
          ? `: ${listed(
              output!.workloads.map(({ name }) => name),
              8,
            )}`
          : ''
      writer.headline(
        `${counted(total, kind)} ${total === 1 ? 'runs' : 'run'}${place.text}${names}; ${bad.length === 0 ? 'all are available' : `not available: ${badText}`}.`,
        [call.id, ...(total <= 8 ? records : []), ...badRecords.slice(0, 5)],
      )
    }
    const shown = onlyBad ? bad : output!.workloads
    tableOf(writer, situation, shown, onlyBad ? badRecords : records, onlyBad ? bad.length : total)
    sayMissing(writer, found, 'list_workloads')
    suggest(writer, place, bad)
    return writer.draft
  },
}

function wantedOf(situation: Situation) {
  const { cluster_ids, namespace, workload } = placeOf(situation)
  const kind = kinds.find((one) => one === situation.question.slots.workloadKind) ?? ('' as const)
  return { cluster_ids, namespace, kind, name: workload }
}

const kinds = ['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob', 'ReplicaSet'] as const

const stateText = ({ kind, name, status, ready, desired }: Workload): string =>
  `${kind} ${name} is ${status}, ${ready} of ${desired} ready`

function tableOf(
  writer: DraftWriter,
  { persona }: Situation,
  workloads: readonly Workload[],
  records: readonly Parameters<DraftWriter['say']>[1][],
  total: number,
): void {
  const clusters = new Set(workloads.map(({ cluster_name }) => cluster_name))
  const rows = workloads.map((one, i) => ({
    cells: {
      ...{ workload: one.name, kind: one.kind, namespace: one.namespace, status: one.status },
      ...{ ready: `${one.ready}/${one.desired}`, images: listed(one.images, 3), cluster: one.cluster_name },
    },
    cites: records[i] ?? [],
  }))
  const columns = [
    ...[
      { key: 'workload', title: 'Workload' },
      { key: 'kind', title: 'Kind' },
    ],
    ...[
      { key: 'namespace', title: 'Namespace' },
      { key: 'status', title: 'Status' },
    ],
    ...[
      { key: 'ready', title: 'Ready' },
      { key: 'images', title: 'Images' },
    ],
    ...(clusters.size > 1 ? [{ key: 'cluster', title: 'Cluster' }] : []),
  ]
  writer.table('Workloads', columns, rows, rowsOf(persona.depth), total)
}

function suggest(writer: DraftWriter, { namespace }: Place, bad: readonly Workload[]): void {
  for (const { name } of bad.slice(0, 2)) writer.suggest(`What is wrong with ${name}?`)
  if (bad.length === 0 && namespace) writer.suggest(`List the pods in ${namespace}`)
  writer.suggest('Which pods are not running?')
}
