import type { SloView } from '@aiops/contract/model/slo'
import { Badge } from '../ui/badge.tsx'
import { formatNumber } from '../ui/format.ts'
import { goodText, stateLook } from './slo-look.ts'

/** How an objective that is not set yet would have stood. */
export function CheckResult({ view: { status } }: { view: SloView }) {
  const { word, tone } = stateLook[status.state]
  return (
    <div role="status" className="space-y-1 rounded-md border px-3 py-2">
      <p className="flex flex-wrap items-center gap-2">
        <Badge tone={tone}>{word}</Badge> {goodText(status.ratio)} good over the last hour, of{' '}
        {formatNumber(status.events.total)} {status.budget.unit === 'MINUTES' ? 'minutes' : 'events'}
      </p>
      <p className="break-words text-ink-soft">{status.reason}</p>
      {status.notices.map((notice) => (
        <p key={notice} className="break-words text-medium">
          {notice}
        </p>
      ))}
    </div>
  )
}
