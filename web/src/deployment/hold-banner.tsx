import { Link } from '@tanstack/react-router'
import { OctagonX, Snowflake } from 'lucide-react'
import { Moment } from '../ui/moment.tsx'
import { useControl } from './use-control.ts'

/** Why nothing goes on now, where that is so. */
export function HoldBanner({ passesFreezes = false }: { passesFreezes?: boolean }) {
  const { data } = useControl()
  if (!data) return null
  const { kill_switch: kill, freezes } = data
  const frozen = passesFreezes ? [] : freezes.filter(({ active }) => active)
  if (!kill.on && frozen.length === 0) return null
  const Icon = kill.on ? OctagonX : Snowflake
  return (
    <div
      role="status"
      className={`mb-4 flex gap-3 rounded-md border p-3 ${kill.on ? 'border-critical/40 bg-critical-soft' : 'bg-low-soft'}`}
    >
      <Icon aria-hidden className={`mt-0.5 size-4 shrink-0 ${kill.on ? 'text-critical' : 'text-low'}`} />
      <div className="min-w-0 flex-1 break-words">
        {kill.on ? (
          <p>
            <span className="font-medium">The kill switch is on: nothing is merged or applied.</span>{' '}
            {kill.by && <>{kill.by}, </>}
            <Moment at={kill.at} form="ago" />
            {kill.reason && <>: {kill.reason}</>}
          </p>
        ) : (
          frozen.map(({ name, next_end }) => (
            <p key={name}>
              <span className="font-medium">The freeze “{name}” holds</span> until{' '}
              <Moment at={next_end} form="both" />: nothing is merged or applied but reverts and emergencies.
            </p>
          ))
        )}
      </div>
      <Link
        to="/deployments"
        search={{ tab: 'control' }}
        className="shrink-0 font-medium text-accent hover:underline"
      >
        Control
      </Link>
    </div>
  )
}
