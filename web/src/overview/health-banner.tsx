import { CircleCheck, TriangleAlert } from 'lucide-react'
import type { Overview } from '../shell/live-cache.ts'
import { className } from '../ui/class-name.ts'
import { healthText } from './health-text.ts'

const looks = {
  ok: 'border-ok/40 bg-ok-soft text-ok',
  critical: 'border-critical/40 bg-critical-soft text-critical',
  high: 'border-high/40 bg-high-soft text-high',
  medium: 'border-medium/40 bg-medium-soft text-medium',
  low: 'border-low/40 bg-low-soft text-low',
  info: 'border-info/40 bg-info-soft text-info',
}

/** `stale`: the last try to renew failed; what is said was true when it was read. */
export function HealthBanner({ overview, stale }: { overview: Overview; stale: unknown }) {
  const { tone, title, note } = healthText(overview)
  const Icon = tone === 'ok' ? CircleCheck : TriangleAlert
  return (
    <div
      role="status"
      className={className('flex items-center gap-3 rounded-lg border px-4 py-3', looks[tone])}
    >
      <Icon aria-hidden className="size-6 shrink-0" />
      <div className="min-w-0">
        <p className="font-semibold text-lg">{title}</p>
        <p className="text-ink-soft">
          {note}
          {stale ? ' The server does not answer now; this is what it said last.' : ''}
        </p>
      </div>
    </div>
  )
}
