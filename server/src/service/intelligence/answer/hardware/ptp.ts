import { type Answerer, type OutputOf, planned, type Situation } from '../answerer.ts'
import { type Cited, DraftWriter, rowsOf } from '../draft.ts'
import { stepText } from '../inside/node-list.ts'
import { isUnseen, isYesNo, placeOf, wordsOf } from '../inside/place.ts'
import { counted, listed, momentText, rounded } from '../words.ts'

type Clock = OutputOf<'get_ptp_status'>['statuses'][number]

/** PTP: whether clocks are in sync, how far off, since when. */
export const ptp: Answerer = {
  intent: 'PTP',
  plan(situation) {
    const { cluster_ids, node } = placeOf(situation)
    return [
      planned('get_ptp_status', { cluster_ids, node }),
      planned('list_findings', { cluster_ids, area: ['CNF'], limit: 200 }),
    ]
  },
  compose(situation, found) {
    const writer = new DraftWriter()
    const place = placeOf(situation)
    if (isUnseen(writer, found, 'get_ptp_status', 'PTP clocks', place)) return writer.draft
    const { call, output, records } = found.of('get_ptp_status')!
    const clocks = output!.statuses.map((clock, i) => ({ clock, record: records[i] }))
    if (clocks.length === 0) {
      writer.headline(
        `No PTP clock${place.text} is reported, so I cannot say whether time is in sync there.`,
        call.id,
      )
      writer.caveat(
        'Clocks are seen where linuxptp-daemon reports them to a Prometheus that can be asked.',
        call.id,
      )
      return writer.draft
    }
    const nodes = new Set(clocks.map(({ clock }) => clock.node_name))
    const findings = (found.output('list_findings')?.findings ?? []).flatMap((finding, i) =>
      finding.analyzer === 'ptp' || finding.rule.startsWith('ptp')
        ? nodes.has(finding.object.name) || nodes.has(finding.parent?.name ?? '')
          ? [{ finding, record: found.record('list_findings', i) }]
          : []
        : [],
    )
    const off = clocks.filter(({ clock }) => clock.state !== 'LOCKED')
    const yes = isYesNo(situation)
    const [worst] = off
    if (!worst) {
      const far = [...clocks].sort(
        (a, b) => Math.abs(b.clock.offset_ns ?? 0) - Math.abs(a.clock.offset_ns ?? 0),
      )[0]!
      const judged = findings.length > 0
      writer.headline(
        `${yes ? (judged ? 'Not quite: ' : 'Yes: ') : ''}${clocks.length === 1 ? 'the PTP clock' : `all ${counted(clocks.length, 'PTP clock')}`}${place.text} ${clocks.length === 1 ? 'is' : 'are'} LOCKED; the largest offset is ${offsetText(far.clock)}, ${nameOf(far.clock)}${judged ? `. But: ${withoutEnd(findings[0]!.finding.title)}` : ''}.`,
        [call.id, far.record, findings[0]?.record],
      )
    } else sayOff(writer, situation, clocks.length, off, place.text)
    for (const { finding, record } of findings.slice(0, 3))
      writer.say(`${finding.severity}: ${withoutEnd(finding.title)}.`, record)
    tableOf(writer, situation, clocks)
    for (const step of findings[0]?.finding.remediation.slice(0, 2) ?? [])
      writer.step(stepText(step), findings[0]?.record)
    writer.suggest(`What is wrong with ${(worst ?? clocks[0])?.clock.node_name}?`, 'Which CNFs do we run?')
    return writer.draft
  },
}

function sayOff(
  writer: DraftWriter,
  situation: Situation,
  total: number,
  off: readonly { clock: Clock; record: Cited }[],
  where: string,
): void {
  const clocks = listed(
    off.map(({ clock }) => clockText(clock, situation)),
    3,
  )
  const cites = off.slice(0, 3).map(({ record }) => record)
  const asksOffset = /\boffset|\bhow (?:far|large|big)|\bdrift/i.test(wordsOf(situation))
  const no = isYesNo(situation) ? 'No: ' : ''
  if (asksOffset && no === '')
    writer.headline(
      `${listed(
        off.map(
          ({ clock }) =>
            `the offset of ${nameOf(clock)} (${clock.process}) is ${offsetText(clock)}, and it is ${clock.state}${sinceText(clock, situation)}`,
        ),
        3,
      ).replace(/^t/, 'T')}.`,
      cites,
    )
  else if (total === 1)
    writer.headline(`${no}the PTP clock${where} is not locked: ${clocks}.`.replace(/^t/, 'T'), cites)
  else
    writer.headline(
      `${no}${off.length} of ${counted(total, 'PTP clock')}${where} ${off.length === 1 ? 'is' : 'are'} not locked: ${clocks}.`,
      cites,
    )
}

const nameOf = ({ interface: port, node_name }: Clock): string => `${port} of ${node_name}`
const offsetText = ({ offset_ns }: Clock): string =>
  offset_ns === null ? 'not told' : `${rounded(offset_ns)} ns`
const sinceText = ({ since }: Clock, { nowMs }: Situation): string =>
  since === null ? '' : `, since ${momentText(since, nowMs)}`
const clockText = (clock: Clock, situation: Situation): string =>
  `${nameOf(clock)} (${clock.process}) is ${clock.state}, offset ${offsetText(clock)}${sinceText(clock, situation)}`
const withoutEnd = (text: string): string => text.replace(/[.\s]+$/, '')

function tableOf(
  writer: DraftWriter,
  { persona, nowMs }: Situation,
  clocks: readonly { clock: Clock; record: Cited }[],
): void {
  const rows = clocks.map(({ clock, record }) => ({
    cells: {
      ...{ node: clock.node_name, interface: clock.interface, process: clock.process, state: clock.state },
      ...{ offset: offsetText(clock), role: clock.role, clock_class: clock.clock_class },
      ...{ since: clock.since === null ? null : momentText(clock.since, nowMs), cluster: clock.cluster_name },
    },
    cites: record,
  }))
  const columns = [
    ...[
      { key: 'node', title: 'Node' },
      { key: 'interface', title: 'Interface' },
    ],
    ...[
      { key: 'process', title: 'Process' },
      { key: 'state', title: 'State' },
    ],
    ...[
      { key: 'offset', title: 'Offset' },
      { key: 'role', title: 'Role' },
    ],
    ...[
      { key: 'clock_class', title: 'Clock class', numeric: true },
      { key: 'since', title: 'Since' },
    ],
    { key: 'cluster', title: 'Cluster' },
  ]
  writer.table('PTP clocks', columns, rows, rowsOf(persona.depth))
}
