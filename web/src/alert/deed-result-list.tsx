import { Link } from '@tanstack/react-router'
import { counted } from '../ui/words.ts'
import type { DeedAnswer } from './use-deed.ts'

/** What became, or would become, of the alerts: failures first, by incident. */
export function DeedResultList({ answer }: { answer: DeedAnswer }) {
  const { dry_run, matched, done, unchanged, failed, results, missing } = answer
  const parts = [
    `${counted(done, 'alert')} ${dry_run ? 'would be changed' : done === 1 ? 'was changed' : 'were changed'}`,
    ...(unchanged > 0 ? [`${unchanged} ${unchanged === 1 ? 'is' : 'are'} so already`] : []),
    ...(failed > 0 ? [`${failed} cannot be`] : []),
    ...(missing.length > 0 ? [`${missing.length} ${missing.length === 1 ? 'is' : 'are'} gone`] : []),
  ]
  return (
    <div aria-live="polite" className="space-y-1.5 rounded-md border bg-canvas/60 p-3">
      <p>
        Of <b>{counted(matched, 'alert')}</b>: {parts.join(', ')}.
      </p>
      <ul className="max-h-40 space-y-0.5 overflow-y-auto">
        {results.map(({ incident, outcome, why, ids }) => (
          <li
            key={`${incident?.id} ${outcome} ${why}`}
            className={outcome === 'FAILED' ? 'text-medium' : 'text-ink-soft'}
          >
            {counted(ids.length, 'alert')}{' '}
            {incident ? (
              <>
                of{' '}
                <Link
                  to="/incidents/$id"
                  params={{ id: String(incident.number) }}
                  title={incident.title}
                  className="underline"
                >
                  INC-{incident.number}
                </Link>
              </>
            ) : (
              'in no incident'
            )}
            {why !== '' && `: ${why}`}
          </li>
        ))}
      </ul>
    </div>
  )
}
