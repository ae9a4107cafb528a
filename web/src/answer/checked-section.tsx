import type { Answer } from '@aiops/contract/model/answer'
import { ChevronRight } from 'lucide-react'
import type { ReactNode } from 'react'
import { CallList, callsOf } from './call-list.tsx'
import { callSummary } from './call-text.ts'

/** A part that is folded until somebody wants it. */
export function Folded({ summary, children }: { summary: ReactNode; children: ReactNode }) {
  return (
    <details className="group min-w-0">
      <summary className="flex min-h-6 w-fit items-center gap-1 text-ink-mute text-xs hover:text-ink [&::-webkit-details-marker]:hidden">
        <ChevronRight aria-hidden className="size-3.5 shrink-0 transition-transform group-open:rotate-90" />
        {summary}
      </summary>
      <div className="mt-2">{children}</div>
    </details>
  )
}

/** What was looked at, and what would have been and could not be. */
export function CheckedSection({ answer: { checked, seconds } }: { answer: Answer }) {
  if (checked.length === 0) return null
  return (
    <Folded summary={callSummary(checked, seconds)}>
      <CallList calls={callsOf(checked)} />
    </Folded>
  )
}

export function NotCheckedList({ answer }: { answer: Pick<Answer, 'not_checked' | 'notices'> }) {
  const lines = [
    ...answer.notices,
    ...answer.not_checked
      .map(({ what, reason }) => `Could not check ${what}: ${reason}`)
      // The same gap is often told as a notice already.
      .filter(
        (line) => !answer.notices.some((notice) => line.endsWith(notice.slice(notice.indexOf(': ') + 2))),
      ),
  ]
  if (lines.length === 0) return null
  return (
    <ul className="space-y-1 rounded-md border border-medium/40 bg-medium-soft px-3 py-2 text-sm">
      {[...new Set(lines)].map((line) => (
        <li key={line} className="wrap-anywhere">
          {line}
        </li>
      ))}
    </ul>
  )
}
