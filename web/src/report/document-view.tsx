import type { ReportDocument } from '@aiops/contract/model/report'
import { useMemo } from 'react'
import { AnswerTable } from '../answer/answer-table.tsx'
import { CallList, callsOf } from '../answer/call-list.tsx'
import { Folded, NotCheckedList } from '../answer/checked-section.tsx'
import { ClaimList } from '../answer/claim-list.tsx'
import { EvidenceList } from '../answer/evidence-list.tsx'
import { SourcesContext, sourcesOf } from '../answer/sources.ts'
import { Panel } from '../ui/panel.tsx'
import { uniqueKeys } from '../ui/unique-keys.ts'
import { counted } from '../ui/words.ts'
import { ReportChartView } from './report-chart-view.tsx'

/** A report: its parts, and the appendix that each number leads to. */
export function DocumentView({ document }: { document: ReportDocument }) {
  const { sections, evidence, checked, not_checked } = document
  const keys = uniqueKeys(sections, ({ title }) => title)
  const sources = useMemo(() => sourcesOf(evidence, checked), [evidence, checked])
  return (
    <SourcesContext value={sources}>
      <div className="grid items-start gap-6 2xl:grid-cols-[minmax(0,1fr)_15rem]">
        <article className="min-w-0 space-y-4">
          {sections.map((section, i) => (
            <SectionView key={keys[i]} id={`part-${i + 1}`} section={section} />
          ))}
          <Panel
            title={<span id="appendix">Appendix: evidence</span>}
            note={evidence.length > 0 ? counted(evidence.length, 'record') : counted(checked.length, 'call')}
          >
            <div className="space-y-4">
              <NotCheckedList answer={{ not_checked, notices: [] }} />
              {evidence.length > 0 && <EvidenceList evidence={evidence} />}
              {evidence.length === 0 && <CallList calls={callsOf(checked)} />}
              {evidence.length > 0 && checked.length > 0 && (
                <Folded summary={`What was looked at: ${counted(checked.length, 'call')}`}>
                  <CallList calls={callsOf(checked)} />
                </Folded>
              )}
            </div>
          </Panel>
        </article>
        <Contents sections={sections} />
      </div>
    </SourcesContext>
  )
}

type Section = ReportDocument['sections'][number]

function SectionView({ id, section }: { id: string; section: Section }) {
  const { title, claims, tables, charts } = section
  const chartKeys = uniqueKeys(charts, (chart) => `${chart.title} ${chart.query}`)
  const tableKeys = uniqueKeys(tables, (table) => table.title)
  const empty = claims.length + tables.length + charts.length === 0
  return (
    <Panel title={<span id={id}>{title}</span>}>
      <div className="space-y-4">
        {empty && <p className="text-ink-mute">There is nothing to say on this.</p>}
        {claims.length > 0 && <ClaimList claims={claims} />}
        {charts.map((chart, i) => (
          <ReportChartView key={chartKeys[i]} chart={chart} />
        ))}
        {tables.map((table, i) => (
          <AnswerTable key={tableKeys[i]} table={table} />
        ))}
      </div>
    </Panel>
  )
}

/** Beside a long report on wide screens. */
function Contents({ sections }: { sections: readonly Section[] }) {
  const go = (id: string): void => document.getElementById(id)?.scrollIntoView({ block: 'center' })
  const entries = [
    ...sections.map(({ title }, i) => ({ id: `part-${i + 1}`, title })),
    { id: 'appendix', title: 'Appendix: evidence' },
  ]
  return (
    <nav aria-label="Contents" className="sticky top-16 hidden 2xl:block">
      <p className="mb-1 text-ink-mute text-xs">Contents</p>
      <ol className="border-l">
        {entries.map(({ id, title }) => (
          <li key={id}>
            <button
              type="button"
              onClick={() => go(id)}
              className="w-full px-3 py-1 text-left text-ink-soft hover:text-ink hover:underline"
            >
              {title}
            </button>
          </li>
        ))}
      </ol>
    </nav>
  )
}
