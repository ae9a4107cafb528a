import type { Decision } from '@aiops/contract/model/decision'
import { useState } from 'react'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Drawer } from '../ui/drawer.tsx'
import { formatProbability } from '../ui/format.ts'
import { counted } from '../ui/words.ts'
import { DecisionBadge } from './decision-badge.tsx'
import { DecisionBody } from './decision-body.tsx'
import { courseText } from './decision-word.ts'
import { Hourly } from './money.tsx'

const shownFirst = 20

/** What would be decided, marked as what it is; those that would change something first. */
export function SpikeResult({ text, decisions }: { text: string; decisions: readonly Decision[] }) {
  const [open, setOpen] = useState<Decision>()
  const [all, setAll] = useState(false)
  const changing = decisions.filter(({ action }) => action !== 'STAY')
  const rows = [...changing, ...decisions.filter(({ action }) => action === 'STAY')]
  return (
    <div role="status" className="m-4 mt-0 rounded-md border border-medium border-dashed">
      <p className="flex flex-wrap items-center gap-2 border-medium border-b border-dashed bg-medium-soft px-3 py-1.5">
        <Badge tone="medium">Hypothetical</Badge>
        <span className="min-w-0">
          {text}: {counted(changing.length, 'service')} of {decisions.length} would be better elsewhere.
          Nothing is kept or proposed.
        </span>
      </p>
      <ul className="divide-y">
        {rows.slice(0, all ? rows.length : shownFirst).map((decision) => (
          <li key={decision.id} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-1.5">
            <span className="w-28 shrink-0">
              <DecisionBadge decision={decision} />
            </span>
            <button
              type="button"
              aria-haspopup="dialog"
              onClick={() => setOpen(decision)}
              className="min-w-0 truncate font-medium hover:underline"
            >
              {decision.service}
            </button>
            <span className="text-ink-soft">{courseText(decision)}</span>
            <span className="ml-auto whitespace-nowrap text-ink-soft text-xs">
              {decision.confidence !== null && `wins ${formatProbability(decision.confidence)}`}
              {decision.economics && decision.action !== 'STAY' && (
                <>
                  , saves <Hourly value={decision.economics.saving_hourly_usd.p50} />
                </>
              )}
            </span>
          </li>
        ))}
      </ul>
      {rows.length > shownFirst && (
        <div className="border-t p-2 text-center">
          <Button size="small" look="quiet" onClick={() => setAll(!all)}>
            {all ? 'Show fewer' : `Show ${rows.length - shownFirst} more`}
          </Button>
        </div>
      )}
      {open && (
        <Drawer
          title={`${open.service} ${courseText(open)}`}
          note={<Badge tone="medium">Hypothetical: {text}</Badge>}
          onClose={() => setOpen(undefined)}
        >
          <DecisionBody decision={open} />
        </Drawer>
      )}
    </div>
  )
}
