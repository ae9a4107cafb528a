import type { Deployment } from '@aiops/contract/model/deployment'
import type { PlanSummary } from '@aiops/contract/model/plan'
import { OctagonAlert, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { Panel } from '../ui/panel.tsx'
import { counted } from '../ui/words.ts'
import { ExactHash } from './exact-hash.tsx'
import { PlanChangeList } from './plan-change-list.tsx'
import { PlanCostView } from './plan-cost-view.tsx'
import { PlanSummaryText } from './plan-summary-text.tsx'
import { actionLooks, valueText } from './plan-text.ts'

/** What would be done, as the engine itself says; nothing here is what an author says of it. */
export function PlanPanel({ deployment }: { deployment: Deployment }) {
  const { plan, no_plan_reason: reason } = deployment
  if (!plan)
    return (
      <Panel title="Plan">
        {reason === null ? (
          <p className="text-ink-soft">It has not been planned yet.</p>
        ) : (
          <div role="note" className="flex gap-3 rounded-md bg-high-soft p-3">
            <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-high" />
            <div className="min-w-0">
              <p className="font-medium">Nobody knows what this would change.</p>
              <p className="break-words text-ink-soft">
                {reason} Without a plan nothing passes by the policy alone: a person has to approve it.
              </p>
            </div>
          </div>
        )}
      </Panel>
    )
  return (
    <Panel
      title="Plan"
      note={
        <>
          {plan.engine === 'OPENTOFU' ? 'OpenTofu' : 'Terraform'} {plan.version}
        </>
      }
      actions={<PlanSummaryText deployment={deployment} />}
    >
      <div className="space-y-4">
        <Dangers plan={plan} />
        <PlanChangeList changes={plan.changes} label="Resources that change" />
        {plan.changes.length === 0 && <p>It changes no resource.</p>}
        {plan.drift.length > 0 && (
          <div>
            <h3 className="mb-1 font-medium">Changed outside of Git since the last apply</h3>
            <PlanChangeList changes={plan.drift} label="Drift" />
          </div>
        )}
        {plan.outputs_changed.length > 0 && <Outputs plan={plan} />}
        <PlanCostView cost={plan.cost} />
        <p className="flex flex-wrap items-center gap-x-2 text-ink-mute text-xs">
          SHA-256 of the plan file <ExactHash hash={plan.sha256} whole />
        </p>
      </div>
    </Panel>
  )
}

/** What no reader may miss. */
function Dangers({ plan: { stateful, executes } }: { plan: PlanSummary }) {
  const risky = stateful.filter(({ at_risk }) => at_risk)
  const touched = stateful.filter(({ at_risk }) => !at_risk)
  return (
    <>
      {risky.length > 0 && (
        <Danger
          title={`${counted(risky.length, 'resource')} that ${risky.length === 1 ? 'holds' : 'hold'} data would be lost or made anew`}
        >
          {risky.map(({ address, action, reason }) => (
            <li key={address} className="break-words">
              {actionLooks[action].word} <code className="font-mono text-xs">{address}</code>: {reason}
            </li>
          ))}
        </Danger>
      )}
      {executes.length > 0 && (
        <Danger title="It would run programs where it is applied, or fetch from elsewhere">
          {executes.map(({ address, what }) => (
            <li key={`${address} ${what}`} className="break-words">
              <code className="font-mono text-xs">{address}</code>: {what}
            </li>
          ))}
        </Danger>
      )}
      {touched.length > 0 && (
        <p className="break-words text-ink-soft">
          Touched, and holding data:{' '}
          {touched.map(({ address, reason }) => `${address} (${reason})`).join(', ')}.
        </p>
      )}
    </>
  )
}

function Danger({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="flex gap-3 rounded-md border border-critical/40 bg-critical-soft p-3">
      <OctagonAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-critical" />
      <div className="min-w-0">
        <p className="font-medium">{title}</p>
        <ul className="list-disc pl-5">{children}</ul>
      </div>
    </div>
  )
}

function Outputs({ plan }: { plan: PlanSummary }) {
  return (
    <div>
      <h3 className="mb-1 font-medium">Outputs</h3>
      <ul className="space-y-1 font-mono text-xs">
        {plan.outputs_changed.map(({ name, action, before, after }) => (
          <li key={name} className="break-all">
            {name}: {action !== 'CREATE' && <span className="text-critical">{valueText(before)}</span>}
            {action !== 'CREATE' && action !== 'DELETE' && ' → '}
            {action !== 'DELETE' && <span className="text-ok">{valueText(after)}</span>}
            <span className="font-sans text-ink-mute">
              {' '}
              {action === 'CREATE' ? 'new' : action === 'DELETE' ? 'gone' : ''}
            </span>
          </li>
        ))}
      </ul>
    </div>
  )
}
