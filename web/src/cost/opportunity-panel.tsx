import type { Opportunity } from '@aiops/contract/model/decision'
import { PiggyBank } from 'lucide-react'
import { useState } from 'react'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Empty } from '../ui/empty.tsx'
import { QueryPanel } from '../ui/query-panel.tsx'
import { counted } from '../ui/words.ts'
import type { CostSearchChange } from './cost-search.ts'
import { actionWord } from './decision-word.ts'
import { monthlyRangeText, monthlyText } from './money-text.ts'
import { useOpportunities } from './use-cost.ts'

const shownFirst = 8

/** What could be saved, the most first: moves stand beside what can be had where things are. */
export function OpportunityPanel({ onChange }: { onChange: CostSearchChange }) {
  const query = useOpportunities()
  const [all, setAll] = useState(false)
  return (
    <QueryPanel title="What could be saved" note="by the month, the most first" query={query}>
      {({ opportunities, notices }) => (
        <>
          {opportunities.length === 0 && (
            <Empty icon={PiggyBank} title="Nothing was found to save">
              Opportunities appear once usage and prices of what runs are known, and a change is worth it.
            </Empty>
          )}
          <ul className="divide-y">
            {opportunities.slice(0, all ? 500 : shownFirst).map((one) => (
              <Row key={`${one.action} ${one.subject}`} one={one} onChange={onChange} />
            ))}
          </ul>
          {opportunities.length > shownFirst && (
            <div className="border-t p-2 text-center">
              <Button size="small" look="quiet" onClick={() => setAll(!all)}>
                {all ? 'Show fewer' : `Show ${opportunities.length - shownFirst} more`}
              </Button>
            </div>
          )}
          {notices.map((notice) => (
            <p key={notice} className="border-t px-4 py-2 text-ink-mute text-xs">
              {notice}
            </p>
          ))}
        </>
      )}
    </QueryPanel>
  )
}

function Row({ one, onChange }: { one: Opportunity; onChange: CostSearchChange }) {
  const { action, subject, summary, saving_monthly_usd: saving, evidence } = one
  const decision = action === 'MOVE' ? /^decision (\S+):/.exec(evidence[0] ?? '')?.[1] : undefined
  return (
    <li className="flex flex-wrap items-start gap-x-3 gap-y-1 px-4 py-2.5 sm:flex-nowrap">
      <span className="w-24 shrink-0">
        <Badge tone={action === 'MOVE' ? 'low' : 'outline'}>{actionWord[action]}</Badge>
      </span>
      <div className="order-last min-w-0 flex-1 max-sm:w-full max-sm:flex-none sm:order-none">
        <p className="wrap-anywhere">{summary}</p>
        <details className="text-ink-mute text-xs">
          <summary className="w-fit cursor-pointer hover:text-ink">
            {subject} · {counted(evidence.length, 'piece')} of evidence
          </summary>
          <ul className="mt-1 list-disc space-y-0.5 pl-4">
            {evidence.map((line) => (
              <li key={line} className="wrap-anywhere">
                {line}
              </li>
            ))}
          </ul>
        </details>
        {decision !== undefined && (
          <Button size="small" className="mt-1.5" onClick={() => onChange({ decision })}>
            Open the decision
          </Button>
        )}
      </div>
      <div className="ml-auto shrink-0 text-right">
        <p className="whitespace-nowrap font-semibold">{monthlyText(saving.p50)}</p>
        {monthlyRangeText(saving) !== monthlyText(saving.p50) && (
          <p className="whitespace-nowrap text-ink-mute text-xs" title="p10 to p90">
            {monthlyRangeText(saving)}
          </p>
        )}
      </div>
    </li>
  )
}
