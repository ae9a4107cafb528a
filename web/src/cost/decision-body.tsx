import type { Decision } from '@aiops/contract/model/decision'
import { Siren } from 'lucide-react'
import { PageLink } from '../answer/page-link.tsx'
import { ConfidencePanel } from './confidence-panel.tsx'
import { DecisionActions } from './decision-actions.tsx'
import { EconomicsPanel } from './economics-panel.tsx'
import { GapPanel } from './gap-panel.tsx'
import { OptionPanel } from './option-panel.tsx'
import { OutcomePanel } from './outcome-panel.tsx'
import { TestPanel } from './test-panel.tsx'

/** The finding first, then what it rests on, then what may be done. */
export function DecisionBody({ decision }: { decision: Decision }) {
  const { explanation, emergency, signals, deployment_id, seed, settings_version, hypothetical } = decision
  return (
    <div className="space-y-6">
      {hypothetical && (
        <p className="rounded-md border border-medium border-dashed bg-medium-soft px-3 py-2">
          <span className="font-medium">Hypothetical.</span> Nothing of this was measured, and nothing is
          kept.
        </p>
      )}
      <p className="wrap-anywhere text-base">{explanation}</p>
      {decision.from === null && !hypothetical && (
        <p>
          <PageLink to={`/cost?tab=telemetry&text=${encodeURIComponent(decision.service)}`}>
            Say where {decision.service} runs
          </PageLink>
        </p>
      )}
      {emergency && (
        <div className="flex gap-2 rounded-md border border-critical/40 bg-critical-soft p-3">
          <Siren aria-hidden className="mt-0.5 size-4 shrink-0 text-critical" />
          <div className="min-w-0">
            <p className="font-medium">Emergency, set off by</p>
            <ul className="list-disc pl-4 text-ink-soft">
              {signals.map((signal) => (
                <li key={signal} className="wrap-anywhere">
                  {signal}
                </li>
              ))}
            </ul>
          </div>
        </div>
      )}
      {deployment_id !== null && (
        <p>
          {decision.state === 'PROPOSED' ? 'Proposed as' : 'Carried out by'}{' '}
          <PageLink to={`/deployments/${encodeURIComponent(deployment_id)}`}>
            deployment {deployment_id}
          </PageLink>
          .
        </p>
      )}
      <DecisionActions decision={decision} />
      <OutcomePanel decision={decision} />
      <OptionPanel decision={decision} />
      <div className="grid items-start gap-6 md:grid-cols-2">
        <GapPanel decision={decision} />
        <ConfidencePanel decision={decision} />
      </div>
      <EconomicsPanel decision={decision} />
      <TestPanel tests={decision.tests} />
      {!hypothetical && (
        <footer className="space-y-1 border-t pt-3 text-ink-mute text-xs">
          <p className="flex flex-wrap gap-x-4">
            <PageLink to={`/deployments?service=${encodeURIComponent(decision.service)}`}>
              Deployments of {decision.service}
            </PageLink>
            <PageLink to={`/incidents?entity=${encodeURIComponent(`service/${decision.service}`)}`}>
              Incidents of {decision.service}
            </PageLink>
            <PageLink to={`/audit?resource=${encodeURIComponent(decision.id)}`}>
              Audit entries of this decision
            </PageLink>
          </p>
          <p>
            Can be decided again: settings {settings_version}, seed {seed}.
          </p>
        </footer>
      )}
    </div>
  )
}
