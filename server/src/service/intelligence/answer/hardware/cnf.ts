import type { EvidenceRecord } from '@aiops/contract/model/answer'
import { CnfType } from '@aiops/contract/model/cluster'
import { type Answerer, type Found, type OutputOf, planned, type Situation } from '../answerer.ts'
import { DraftWriter, rowsOf } from '../draft.ts'
import { titleOf } from '../inside/finding-list.ts'
import { stepText } from '../inside/node-list.ts'
import { isUnseen, isYesNo, placeOf } from '../inside/place.ts'
import { counted, listed, measured, rounded } from '../words.ts'

type Workload = OutputOf<'get_cnf_workloads'>['workloads'][number]
type Kpi = OutputOf<'get_cnf_kpis'>['kpis'][number]
type Seen = { workload: Workload; record: EvidenceRecord | undefined }

/** CNF: which network functions run, how they are, their indicators, and the clocks of the nodes they stand on. */
export const cnf: Answerer = {
  intent: 'CNF',
  plan(situation) {
    const { cluster_ids } = placeOf(situation)
    return [
      planned('get_cnf_workloads', { cluster_ids }),
      planned('get_cnf_kpis', { cluster_ids }),
      planned('get_ptp_status', { cluster_ids }),
      planned('list_findings', { cluster_ids, area: ['CNF'], limit: 200 }),
      ...(asksSriov(situation) ? [planned('get_sriov_status', { cluster_ids })] : []),
    ]
  },
  compose(situation, found) {
    const writer = new DraftWriter()
    const place = placeOf(situation)
    if (isUnseen(writer, found, 'get_cnf_workloads', 'network functions', place)) return writer.draft
    const call = found.of('get_cnf_workloads')!.call.id
    const all = (found.output('get_cnf_workloads')?.workloads ?? []).map((workload, i) => ({
      ...{ workload, record: found.record('get_cnf_workloads', i) },
    }))
    const type = typeOf(situation)
    const seen = all.filter(
      ({ workload }) =>
        (type === undefined || workload.cnf_type === type) &&
        (place.workload === '' || workload.name === place.workload || workload.cnf_type === type) &&
        (place.namespace === '' || type !== undefined || workload.namespace === place.namespace),
    )
    if (asksSriov(situation)) saySriov(writer, found)
    if (seen.length === 0) {
      const others = all.map(({ workload }) => `${workload.cnf_type} ${workload.name}`)
      writer.headline(
        `No ${type ?? 'network function'}${place.text} is known${others.length > 0 ? `; there ${others.length === 1 ? 'is' : 'are'} ${listed(others, 5)}` : ''}.`,
        call,
      )
      return writer.draft
    }
    const bad = seen.filter(({ workload }) => workload.status !== 'HEALTHY')
    const names = new Set(seen.flatMap(({ workload }) => [workload.name, ...workload.nodes]))
    const findings = (found.output('list_findings')?.findings ?? []).flatMap((finding, i) =>
      names.has(finding.object.name) || names.has(finding.parent?.name ?? '')
        ? [{ finding, record: found.record('list_findings', i) }]
        : [],
    )
    const loose = looseClocks(found, seen)
    sayState(writer, situation, seen, bad, loose.length > 0 || findings.length > 0)
    sayClocks(writer, loose, seen)
    for (const { finding, record } of findings.slice(0, 3))
      writer.say(`${finding.severity}: ${titleOf(finding)}`, record)
    sayKpis(writer, found, type)
    tableOf(writer, situation, seen)
    for (const step of findings[0]?.finding.remediation.slice(0, 1) ?? [])
      writer.step(stepText(step), findings[0]?.record)
    writer.suggest('Is PTP in sync?', `List the pods of ${seen[0]?.workload.name}`)
    return writer.draft
  },
}

const asksSriov = ({ question: { text } }: Situation): boolean =>
  /sr-?iov|virtual function|\bvfs?\b/i.test(text)

/** The type that a question names: vDU, UPF, … */
function typeOf({ question: { text } }: Situation): Workload['cnf_type'] | undefined {
  const words = text.toUpperCase().match(/[A-Z]+/g) ?? []
  return CnfType.options.find(
    (type) => type !== 'OTHER' && words.some((word) => word === type || word === `${type}S`),
  )
}

const nameOf = ({ cnf_type, name }: Workload): string =>
  name.toUpperCase() === cnf_type ? `${name} (${cnf_type})` : `${cnf_type} ${name}`

function sayState(
  writer: DraftWriter,
  situation: Situation,
  seen: readonly Seen[],
  bad: readonly Seen[],
  hasTrouble: boolean,
): void {
  const cites = (bad.length > 0 ? bad : seen).slice(0, 10).map(({ record }) => record)
  const [first] = seen
  const yes = isYesNo(situation)
  if (seen.length === 1 && first) {
    const { workload } = first
    writer.headline(
      `${yes ? (bad.length > 0 ? 'No: ' : hasTrouble ? 'Not quite: ' : 'Yes: ') : ''}${nameOf(workload)} in ${workload.namespace} of ${workload.cluster_name} is ${workload.status}, ${workload.ready} of ${workload.desired} ready${workload.nodes.length > 0 ? ` on ${listed(workload.nodes, 3)}` : ''}${bad.length === 0 && hasTrouble ? ', but there is trouble beneath it' : ''}.`,
      cites,
    )
    return
  }
  writer.headline(
    `${counted(seen.length, 'network function')} ${seen.length === 1 ? 'runs' : 'run'}: ${listed(
      seen.map(({ workload }) => nameOf(workload)),
      8,
    )}; ${
      bad.length === 0
        ? 'all are HEALTHY'
        : `not healthy: ${listed(
            bad.map(
              ({ workload }) =>
                `${workload.name} (${workload.status}, ${workload.ready} of ${workload.desired} ready)`,
            ),
            5,
          )}`
    }.`,
    bad.length > 0 ? [...cites, ...seen.slice(0, 8).map(({ record }) => record)] : cites,
  )
}

/** A network function is only as good as the clock of its node. */
function sayClocks(writer: DraftWriter, loose: readonly LooseClock[], seen: readonly Seen[]): void {
  for (const { clock, record } of loose) {
    const users = seen.filter(({ workload }) => workload.nodes.includes(clock.node_name))
    writer.say(
      `The clock of the node beneath ${listed(
        users.map(({ workload }) => workload.name),
        3,
      )} is not locked: ${clock.interface} of ${clock.node_name} is ${clock.state}${clock.offset_ns === null ? '' : `, offset ${rounded(clock.offset_ns)} ns`}.`,
      [record, ...users.slice(0, 3).map((one) => one.record)],
    )
  }
}

type LooseClock = {
  clock: OutputOf<'get_ptp_status'>['statuses'][number]
  record: EvidenceRecord | undefined
}

/** Clocks that are not locked, of nodes that the functions run on. */
function looseClocks(found: Found, seen: readonly Seen[]): LooseClock[] {
  const on = new Set(
    seen.flatMap(({ workload }) => workload.nodes.map((node) => `${workload.cluster_id}/${node}`)),
  )
  return (found.output('get_ptp_status')?.statuses ?? []).flatMap((clock, i) =>
    clock.state !== 'LOCKED' && on.has(`${clock.cluster_id}/${clock.node_name}`)
      ? [{ clock, record: found.record('get_ptp_status', i) }]
      : [],
  )
}

function sayKpis(writer: DraftWriter, found: Found, type: Workload['cnf_type'] | undefined): void {
  const call = found.of('get_cnf_kpis')?.call.id
  const kpis = (found.output('get_cnf_kpis')?.kpis ?? []).map((kpi, i) => ({
    ...{ kpi, record: found.record('get_cnf_kpis', i) },
  }))
  const own = kpis.filter(({ kpi }) => type === undefined || kpi.function === type)
  if (own.length === 0) {
    writer.caveat(`No indicator of ${type ?? 'a 5G core'} is reported.`, call)
    return
  }
  const missed = own.filter(({ kpi }) => isBelow(kpi))
  for (const { kpi, record } of (missed.length > 0 ? missed : own).slice(0, 5))
    writer.say(`${kpiText(kpi)}${isBelow(kpi) ? ', which is below it' : ''}.`, record)
}

const isBelow = ({ unit, value, target }: Kpi): boolean =>
  unit === 'RATIO' && value !== null && target !== null && value < target
const kpiText = ({ name, instance, value, unit, target, attempts }: Kpi): string => {
  const shown = (amount: number): string =>
    unit === 'RATIO'
      ? measured(amount, 'ratio')
      : unit === 'SECONDS'
        ? measured(amount, 's')
        : rounded(amount)
  return `${name} of ${instance}: ${value === null ? 'no value, for too few attempts' : shown(value)}${attempts === null ? '' : ` of ${counted(attempts, 'attempt')}`}${target === null ? '' : `, target ${shown(target)}`}`
}

function saySriov(writer: DraftWriter, found: Found): void {
  const call = found.of('get_sriov_status')?.call.id
  const interfaces = found.output('get_sriov_status')?.interfaces ?? []
  if (interfaces.length === 0) writer.headline('No SR-IOV interface is reported.', call)
  for (const [i, one] of interfaces.slice(0, 5).entries())
    writer.say(
      `${one.interface} of ${one.node_name}: ${one.allocated_vfs ?? 'an unknown number'} of ${counted(one.total_vfs, 'virtual function')} given to pods${one.rx_dropped ? `, ${rounded(one.rx_dropped)} packets dropped on receipt` : ''}.`,
      found.record('get_sriov_status', i),
      i === 0 ? 'HEADLINE' : 'FACT',
    )
}

function tableOf(writer: DraftWriter, { persona }: Situation, seen: readonly Seen[]): void {
  const rows = seen.map(({ workload, record }) => ({
    cells: {
      ...{ name: workload.name, type: workload.cnf_type, status: workload.status },
      ...{ ready: `${workload.ready}/${workload.desired}`, namespace: workload.namespace },
      ...{ nodes: listed(workload.nodes, 3), cluster: workload.cluster_name },
    },
    cites: record,
  }))
  const columns = [
    ...[
      { key: 'name', title: 'Name' },
      { key: 'type', title: 'Type' },
      { key: 'status', title: 'Status' },
    ],
    ...[
      { key: 'ready', title: 'Ready' },
      { key: 'namespace', title: 'Namespace' },
    ],
    ...[
      { key: 'nodes', title: 'Nodes' },
      { key: 'cluster', title: 'Cluster' },
    ],
  ]
  writer.table('Network functions', columns, rows, rowsOf(persona.depth))
}
