import type { EvidenceRecord } from '@aiops/contract/model/answer'
import { type Answerer, type Found, type OutputOf, planned, type Situation } from '../answerer.ts'
import { DraftWriter, rowsOf } from '../draft.ts'
import { counted, listed, measured, momentText, rounded } from '../words.ts'
import { askUnseen, isUnseen, isYesNo, placeOf, sayMissing, wordsOf } from './place.ts'

type Node = OutputOf<'list_nodes'>['nodes'][number]
type Finding = OutputOf<'list_findings'>['findings'][number]
type Seen = {
  node: Node
  record: EvidenceRecord | undefined
  /** What the platform finds wrong with it, worst first. */
  findings: { finding: Finding; record: EvidenceRecord | undefined }[]
}

/** LIST_NODES: which there are, which are not well and since when, what is left of them. */
export const listNodes: Answerer = {
  intent: 'LIST_NODES',
  plan(situation) {
    const { cluster_ids, node } = placeOf(situation)
    return [
      planned('list_nodes', { cluster_ids, name: node }),
      planned('list_findings', { cluster_ids, kind: 'Node', limit: 200 }),
    ]
  },
  next: (situation, found) => askUnseen(found, 'list_nodes', placeOf(situation)),
  compose(situation, found) {
    const writer = new DraftWriter()
    const place = placeOf(situation)
    if (isUnseen(writer, found, 'list_nodes', 'nodes', place)) return writer.draft
    const { call, output } = found.of('list_nodes')!
    const seen = seenNodes(found)
    if (output!.looked_at === 0) {
      writer.headline(`No node${place.text} is there, as far as can be seen.`, call.id)
      sayMissing(writer, found, 'list_nodes')
      return writer.draft
    }
    const wanted = wantedOf(situation)
    const bad = seen.filter(({ node }) => wanted.fits(node))
    const [only] = seen
    if (place.node && only && seen.length === 1) sayOne(writer, situation, only)
    else if (wanted.what === 'room') sayRoom(writer, situation, seen, place.text)
    else if (wanted.what === 'all')
      sayAll(writer, situation, seen, bad, output!.looked_at, place.text, call.id)
    else
      writer.headline(
        bad.length === 0
          ? `${isYesNo(situation) ? 'No, no' : 'No'} node${place.text} ${wanted.none}: ${counted(output!.looked_at, 'node')} looked at.`
          : `${isYesNo(situation) ? 'Yes: ' : ''}${counted(bad.length, 'node')}${place.text} ${bad.length === 1 ? wanted.one : wanted.many}: ${listed(
              bad.map((one) => troubleText(one, situation)),
              5,
            )}.`,
        bad.length === 0 ? call.id : citesOf(bad),
      )
    if (wanted.what !== 'room' && !place.node)
      tableOf(
        writer,
        situation,
        wanted.what === 'all' ? seen : bad,
        wanted.what === 'all' ? output!.total : bad.length,
      )
    if (wanted.what === 'room') tableOf(writer, situation, byRoom(seen), output!.total)
    sayMissing(writer, found, 'list_nodes')
    for (const one of (place.node ? seen : bad).slice(0, 2)) {
      const step = one.findings[0]?.finding.remediation[0]
      if (step && wanted.what !== 'room') writer.step(stepText(step), one.findings[0]?.record)
      if (one.node.problems.length > 0 || !one.node.ready)
        writer.suggest(`What is wrong with ${one.node.name}?`)
    }
    writer.suggest(`Which pods run on ${(bad[0] ?? only)?.node.name}?`)
    return writer.draft
  },
}

/** What to do, with the command that tries or shows it. */
export const stepText = ({ text, command }: { text: string; command: string | null }): string =>
  command === null ? text : `${text.replace(/\.$/, '')}: \`${command.replaceAll('`', "'")}\``

function seenNodes(found: Found): Seen[] {
  const findings = (found.output('list_findings')?.findings ?? []).map((finding, i) => ({
    ...{ finding, record: found.record('list_findings', i) },
  }))
  return (found.output('list_nodes')?.nodes ?? []).map((node, i) => ({
    ...{ node, record: found.record('list_nodes', i) },
    findings: findings.filter(
      ({ finding: { object, cluster_id } }) => object.name === node.name && cluster_id === node.cluster_id,
    ),
  }))
}

type Wanted = {
  what: 'all' | 'room' | 'some'
  fits(node: Node): boolean
  /** `3 nodes are not ready`, `no node is not ready`. */
  one: string
  many: string
  none: string
}

function wantedOf(situation: Situation): Wanted {
  const { slots } = situation.question
  const text = wordsOf(situation)
  const some = (fits: Wanted['fits'], one: string, many: string, none: string): Wanted => ({
    ...{ what: 'some', fits, one, many, none },
  })
  const pressure = /\b(disk|memory|mem|pid)[ -]*pressure/i.exec(text)?.[1]?.toLowerCase()
  if (pressure) {
    const name = { disk: 'DiskPressure', pid: 'PIDPressure' }[pressure] ?? 'MemoryPressure'
    return some(({ problems }) => problems.includes(name), `has ${name}`, `have ${name}`, `has ${name}`)
  }
  if (/\bpressure\b/i.test(text))
    return some(isPressed, 'is under pressure', 'are under pressure', 'is under pressure')
  if (/\b(un|not)[ -]?ready\b|\bdown\b|\blost\b|\bunreachable\b|\boffline\b|\bdead\b/i.test(text))
    return some(({ ready }) => !ready, 'is not ready', 'are not ready', 'is down or not ready')
  if (/\bcordon|\bunschedulable|\bschedul/i.test(text))
    return some(
      ({ schedulable }) => !schedulable,
      'is closed to new pods',
      'are closed to new pods',
      'is closed to new pods',
    )
  if (/\bfree\b|\bleft\b|\broom\b|\bcapacity\b|\ballocat|\bheadroom\b|\bspare\b|\bfull(est)?\b/i.test(text))
    return { what: 'room', fits: hasTrouble, one: '', many: '', none: '' }
  if (slots.onlyProblems) return some(hasTrouble, 'has problems', 'have problems', 'has problems')
  return { what: 'all', fits: hasTrouble, one: '', many: '', none: '' }
}

const isPressed = ({ problems }: Node): boolean => problems.some((problem) => /Pressure$/.test(problem))
const hasTrouble = ({ ready, schedulable, problems }: Node): boolean =>
  !ready || !schedulable || problems.length > 0

/** `worker-4 (NotReady since 13:53 UTC, 40 min ago)`. */
function troubleText({ node, findings }: Seen, { nowMs }: Situation): string {
  const since = findings[0]?.finding.since
  return `${node.name} (${stateText(node)}${since ? ` since ${momentText(since, nowMs)}` : ''})`
}
const stateText = (node: Node): string => {
  const problems = [...new Set([...(node.ready ? [] : ['NotReady']), ...node.problems])]
  if (!node.schedulable) problems.push('closed to new pods')
  return problems.length === 0 ? 'Ready' : problems.join(', ')
}
const citesOf = (seen: readonly Seen[]): (EvidenceRecord | undefined)[] =>
  seen.slice(0, 5).flatMap(({ record, findings }) => [record, findings[0]?.record])

function sayAll(
  writer: DraftWriter,
  situation: Situation,
  seen: readonly Seen[],
  bad: readonly Seen[],
  total: number,
  where: string,
  call: string,
): void {
  const trouble = listed(
    bad.map((one) => troubleText(one, situation)),
    5,
  )
  writer.headline(
    bad.length === 0
      ? `${counted(total, 'node')}${where}, all Ready: ${listed(
          seen.map(({ node }) => node.name),
          10,
        )}.`
      : `${counted(total, 'node')}${where}; ${bad.length === 1 ? 'one has' : `${bad.length} have`} problems: ${trouble}.`,
    [call, ...citesOf(bad)],
  )
}

function sayOne(writer: DraftWriter, situation: Situation, one: Seen): void {
  const { node, record, findings } = one
  const { allocatable, requested, usage } = node
  const since = findings[0]?.finding.since
  const state =
    node.ready && node.problems.length > 0 ? `Ready, but with ${stateText(node)}` : stateText(node)
  writer.headline(
    `Node ${node.name} of ${node.cluster_name} is ${state}${since ? `, since ${momentText(since, situation.nowMs)}` : ''}.`,
    [record, findings[0]?.record],
  )
  writer.say(
    `It runs ${counted(node.pods, 'pod')}, which ${node.pods === 1 ? 'requests' : 'request'} ${rounded(requested.cpu_cores)} of ${rounded(allocatable.cpu_cores)} CPU cores and ${measured(requested.memory_bytes, 'By')} of ${measured(allocatable.memory_bytes, 'By')} of memory${allocatable.gpus > 0 ? `, and ${requested.gpus} of ${counted(allocatable.gpus, 'GPU')}` : ''}${usage && node.ready ? `; in use are ${rounded(usage.cpu_cores)} cores and ${measured(usage.memory_bytes, 'By')}` : ''}.`,
    record,
  )
  for (const { finding, record: seen } of findings.slice(0, 3)) {
    const evidence = finding.evidence[0]
    writer.say(`${finding.title}${evidence ? ` Seen: ${evidence.text.slice(0, 200)}` : ''}`, seen)
  }
}

const roomOf = ({ node }: Seen): number =>
  node.ready && node.schedulable && node.problems.length === 0
    ? node.allocatable.cpu_cores - node.requested.cpu_cores
    : -1
const byRoom = (seen: readonly Seen[]): Seen[] => seen.toSorted((a, b) => roomOf(b) - roomOf(a))

function sayRoom(writer: DraftWriter, situation: Situation, seen: readonly Seen[], where: string): void {
  const usable = byRoom(seen).filter((one) => roomOf(one) >= 0)
  const [most] = usable
  if (!most) {
    writer.headline(`No node${where} takes new pods now.`, citesOf(seen))
    return
  }
  const { record, node } = most
  writer.headline(
    `Most room is on ${node.name}: ${rounded(node.allocatable.cpu_cores - node.requested.cpu_cores)} of ${rounded(node.allocatable.cpu_cores)} CPU cores and ${measured(node.allocatable.memory_bytes - node.requested.memory_bytes, 'By')} of ${measured(node.allocatable.memory_bytes, 'By')} of memory are not requested.`,
    record,
  )
  const bad = seen.filter((one) => hasTrouble(one.node))
  if (bad.length > 0)
    writer.caveat(
      `Not to be counted on: ${listed(
        bad.map((one) => troubleText(one, situation)),
        5,
      )}.`,
      citesOf(bad),
    )
}

function tableOf(writer: DraftWriter, { persona }: Situation, seen: readonly Seen[], total: number): void {
  const clusters = new Set(seen.map(({ node }) => node.cluster_name))
  const hasGpus = seen.some(({ node }) => node.allocatable.gpus > 0)
  const rows = seen.map(({ node, record }) => ({
    cells: {
      ...{ node: node.name, state: stateText(node), pods: node.pods },
      cpu: `${rounded(node.requested.cpu_cores)} of ${rounded(node.allocatable.cpu_cores)}`,
      memory: `${measured(node.requested.memory_bytes, 'By')} of ${measured(node.allocatable.memory_bytes, 'By')}`,
      gpus: `${node.requested.gpus} of ${node.allocatable.gpus}`,
      cluster: node.cluster_name,
    },
    cites: record,
  }))
  const columns = [
    ...[
      { key: 'node', title: 'Node' },
      { key: 'state', title: 'State' },
    ],
    ...[
      { key: 'pods', title: 'Pods', numeric: true },
      { key: 'cpu', title: 'CPU cores requested' },
    ],
    { key: 'memory', title: 'Memory requested' },
    ...(hasGpus ? [{ key: 'gpus', title: 'GPUs requested' }] : []),
    ...(clusters.size > 1 ? [{ key: 'cluster', title: 'Cluster' }] : []),
  ]
  writer.table('Nodes', columns, rows, rowsOf(persona.depth), total)
}
