import type { Client } from '@aiops/contract/client'
import type { AnswerChart } from '@aiops/contract/model/answer'
import type { IncidentDetail } from '@aiops/contract/model/incident'
import type { Persona } from '@aiops/contract/model/persona'
import type { ReportChart, ReportDocument, ReportType } from '@aiops/contract/model/report'
import { type Clock, isoTime } from '../../../kernel/clock.ts'
import { Investigation, type MakeCall } from '../answer/investigation.ts'
import { lookUp } from '../answer/look-up.ts'
import { failures } from '../answer/saying.ts'
import { ordered } from '../answer/text.ts'
import { questionOf, type Range, sectionsOf } from './section.ts'

export type DocumentRequest = {
  id: string
  title: string
  type: ReportType
  range: Range
  clusterScope: readonly string[]
  incident: IncidentDetail | undefined
  generatedBy: string
  persona: Persona
}

/** Points of one series in a chart, about. */
const chartPoints = 200
const chartSeriesMax = 8

/** What a report says: each part is a question that is answered as any other, so that every number has its evidence. */
export async function writeDocument(
  client: Client,
  call: MakeCall,
  request: DocumentRequest,
  clock: Clock,
): Promise<ReportDocument> {
  const found = new Investigation(call)
  const sections: ReportDocument['sections'] = []
  const notChecked: ReportDocument['not_checked'] = []
  for (const section of sectionsOf(request.type, request.incident)) {
    found.begin()
    const question = questionOf(section, request.range)
    const draft = await lookUp({ question, persona: request.persona, nowMs: clock.now() }, found)
    notChecked.push(...draft.notChecked)
    sections.push({
      title: section.title,
      claims: ordered(draft.claims, () => 1),
      tables: draft.tables,
      charts: await Promise.all(draft.charts.map((chart) => drawn(client, chart))),
    })
  }
  notChecked.push(...failures(found))
  for (const [cluster, reason] of found.missing) notChecked.push({ what: cluster, reason })
  const cited = citedIn(sections)
  return {
    ...{ id: request.id, title: request.title, report_type: request.type },
    time_range: { start: isoTime(request.range.startMs), end: isoTime(request.range.endMs) },
    scope: request.clusterScope.length === 0 ? 'all clusters' : request.clusterScope.join(', '),
    ...{ generated_at: isoTime(clock.now()), generated_by: request.generatedBy, engine: 'deterministic' },
    sections,
    // What nothing was said of would only make the appendix long.
    evidence: found.evidence.filter(({ id }) => cited.has(id)),
    ...{ checked: found.calls, not_checked: notChecked },
  }
}

function citedIn(sections: ReportDocument['sections']): ReadonlySet<string> {
  return new Set(
    sections.flatMap(({ claims, tables, charts }) => [
      ...claims.flatMap(({ cites }) => cites),
      ...tables.flatMap(({ rows }) => rows.flatMap(({ cites }) => cites)),
      ...charts.flatMap(({ cites }) => cites),
    ]),
  )
}

/** A chart with the points that it has now; none where the query fails. */
async function drawn(client: Client, chart: AnswerChart): Promise<ReportChart> {
  const { title, unit, query, marks, cites } = chart
  const seconds = (Date.parse(chart.end) - Date.parse(chart.start)) / 1_000
  const step = `${Math.max(1, Math.ceil(seconds / chartPoints))}s`
  const answer = await client
    .queryMetricsRange({
      body: { query, cluster_ids: chart.cluster_ids, start_time: chart.start, end_time: chart.end, step },
    })
    .catch(() => undefined)
  const series = (answer?.results ?? []).flatMap(({ data }) => data).slice(0, chartSeriesMax)
  return {
    ...{ title, unit, query, marks, cites },
    series: series.map(({ metric, values }) => ({
      name: nameOf(metric),
      points: values.map(([at, text]) => [at * 1_000, Number.isFinite(Number(text)) ? Number(text) : null]),
    })),
  }
}

/** The labels that tell series apart; the metric's name stands in the title. */
const nameOf = ({ __name__, ...labels }: Record<string, string>): string =>
  Object.values(labels).join(' ').slice(0, 80) || (__name__ ?? 'value')
