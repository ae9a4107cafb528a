import { Link } from '@tanstack/react-router'
import { CircleCheck, Info, TriangleAlert } from 'lucide-react'
import { Fragment } from 'react'
import type { Overview } from '../shell/live-cache.ts'
import { className } from '../ui/class-name.ts'
import { type HealthNote, healthText } from './health-text.ts'

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
  const { tone, title, notes } = healthText(overview)
  const Icon = tone === 'ok' ? CircleCheck : tone === 'info' ? Info : TriangleAlert
  return (
    <div
      role="status"
      className={className('flex items-center gap-3 rounded-lg border px-4 py-3', looks[tone])}
    >
      <Icon aria-hidden className="size-6 shrink-0" />
      <div className="min-w-0">
        <p className="font-semibold text-lg">{title}</p>
        <p className="text-ink-soft">
          {notes.map((note, i) => (
            <Fragment key={note.text}>
              {i > 0 && ' '}
              <Note note={note} />
            </Fragment>
          ))}
          {stale ? ' The server does not answer now; this is what it said last.' : ''}
        </p>
      </div>
    </div>
  )
}

/** What is counted leads to what was counted. */
function Note({ note: { text, place } }: { note: HealthNote }) {
  const look = 'underline decoration-ink-mute/50 underline-offset-2 hover:text-ink hover:decoration-ink'
  if (place === 'anomalies')
    return (
      <Link to="/anomalies" search={{ state: 'ACTIVE' }} className={look}>
        {text}
      </Link>
    )
  if (place === undefined) return text
  return (
    <Link to={place === 'topology' ? '/topology' : '/sources'} className={look}>
      {text}
    </Link>
  )
}
