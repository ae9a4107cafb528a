import type { Deployment } from '@aiops/contract/model/deployment'
import { Link } from '@tanstack/react-router'
import { failureAdvice } from './allowed.ts'
import { DeedButtons } from './deed-buttons.tsx'
import { stateLooks } from './state-look.ts'

/** How it stands in words, what went wrong and what to do, and the buttons to do it. */
export function StandingPanel({ deployment }: { deployment: Deployment }) {
  const { state, steps, failure } = deployment
  const last = steps.at(-1)
  const isBad = failure !== null && state !== 'REVERTED'
  return (
    <section
      aria-label="How it stands"
      className={`mb-4 space-y-3 rounded-lg border p-4 ${isBad ? 'border-critical/40 bg-critical-soft' : 'bg-surface'}`}
    >
      <div aria-live="polite" className="space-y-1">
        {failure !== null ? (
          <>
            <p className="break-words font-medium">{failure}</p>
            <p className="text-ink-soft">
              {failureAdvice(deployment)}{' '}
              {deployment.merged_sha !== null && state !== 'REVERTED' && (
                <Link
                  to="/deployments"
                  search={{ tab: 'drift' }}
                  className="font-medium text-accent hover:underline"
                >
                  Look at drift
                </Link>
              )}
            </p>
          </>
        ) : (
          <p className="text-ink-soft">
            {last && <span className="block break-words font-medium text-ink">{last.message}</span>}
            {stateLooks[state].explain}
          </p>
        )}
      </div>
      <DeedButtons deployment={deployment} />
    </section>
  )
}
