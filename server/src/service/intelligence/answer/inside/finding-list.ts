import { severities } from '@aiops/contract/model/severity'
import { type Answerer, type OutputOf, planned, type Situation } from '../answerer.ts'
import { DraftWriter, rowsOf } from '../draft.ts'
import { counted, durationText, listed, momentText } from '../words.ts'
import { stepText } from './node-list.ts'
import { findingsOf, isUnseen, placeOf } from './place.ts'

type Finding = OutputOf<'list_findings'>['findings'][number]

/** LIST_FINDINGS: what the platform's own rules find wrong, worst first. */
export const listFindings: Answerer = {
  intent: 'LIST_FINDINGS',
  plan(situation) {
    const { severity } = situation.question.slots
    return [
      planned('list_findings', {
        ...findingsOf(placeOf(situation)),
        ...(severity ? { severity: [severity] } : {}),
      }),
      planned('list_clusters', {}),
    ]
  },
  compose(situation, found) {
    const writer = new DraftWriter()
    const place = placeOf(situation)
    if (isUnseen(writer, found, 'list_findings', 'findings', place)) return writer.draft
    const { call, output, records } = found.of('list_findings')!
    const { findings, total, by_severity } = output!
    const [first] = findings
    const wanted = situation.question.slots.severity
    if (!first)
      writer.headline(
        `The platform finds nothing${wanted ? ` of severity ${wanted}` : ''} wrong${place.text}.`,
        call.id,
      )
    else {
      const counts = severities
        .filter((severity) => (by_severity[severity] ?? 0) > 0 && (!wanted || severity === wanted))
        .map((severity) => `${by_severity[severity]} ${severity}`)
      writer.headline(
        `${counted(total, 'finding')}${place.text} (${listed(counts)}); the worst: ${titleOf(first)}`,
        [call.id, records[0]],
      )
      const more = findings.slice(1, Math.min(rowsOf(situation.persona.depth), 10))
      for (const [i, finding] of more.entries())
        writer.say(`${finding.severity}: ${titleOf(finding)}${sinceText(finding, situation)}`, records[i + 1])
      tableOf(writer, situation, findings, records, total)
      for (const step of first.remediation.slice(0, 2)) writer.step(stepText(step), records[0])
      const name = first.parent?.name ?? first.object.name
      writer.suggest(`What is wrong with ${name}?`, `What changed on ${name}?`)
    }
    sayUnseen(
      writer,
      situation,
      found.output('list_clusters')?.clusters ?? [],
      found.of('list_clusters')?.call.id,
    )
    return writer.draft
  },
}

/** `Pod trainer-0 in ml: no node can take the pod …` */
export function titleOf({ object: { kind, namespace, name }, title }: Finding): string {
  const text = `${title.replace(/[.\s]*$/, '')}.`
  // Of a GPU, a clock or a node the title says where it is.
  const isSaid = title.split(/[\s:,;()]+/).includes(name.split('/')[0] ?? '')
  return isSaid ? text : `${kind} ${name}${namespace ? ` in ${namespace}` : ''}: ${text}`
}

const sinceText = ({ since }: Finding, { nowMs }: Situation): string =>
  since === null ? '' : ` Since ${momentText(since, nowMs)}.`

/** What is not online is not looked into, or only in part. */
function sayUnseen(
  writer: DraftWriter,
  situation: Situation,
  clusters: readonly OutputOf<'list_clusters'>['clusters'][number][],
  call: string | undefined,
): void {
  const { cluster_ids } = placeOf(situation)
  const off = clusters.filter(
    ({ id, status }) => status.state === 'OFFLINE' && (cluster_ids.length === 0 || cluster_ids.includes(id)),
  )
  if (off.length > 0)
    writer.caveat(
      `Nothing is found in what cannot be seen: ${listed(off.map(({ name }) => name))} ${off.length === 1 ? 'is' : 'are'} OFFLINE.`,
      call,
    )
}

function tableOf(
  writer: DraftWriter,
  { persona, nowMs }: Situation,
  findings: readonly Finding[],
  records: readonly Parameters<DraftWriter['say']>[1][],
  total: number,
): void {
  const rows = findings.map((one, i) => ({
    cells: {
      ...{ severity: one.severity, object: `${one.object.kind}/${one.object.name}` },
      ...{ namespace: one.object.namespace || null, title: one.title, cluster: one.cluster_name },
      for: one.since === null ? null : durationText(nowMs - Date.parse(one.since)),
    },
    cites: records[i] ?? [],
  }))
  const columns = [
    ...[
      { key: 'severity', title: 'Severity' },
      { key: 'object', title: 'Object' },
    ],
    ...[
      { key: 'namespace', title: 'Namespace' },
      { key: 'title', title: 'Finding' },
    ],
    ...[
      { key: 'for', title: 'For' },
      { key: 'cluster', title: 'Cluster' },
    ],
  ]
  writer.table('Findings', columns, rows, rowsOf(persona.depth), total)
}
