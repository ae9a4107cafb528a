import type { IncidentDetail } from '@aiops/contract/model/incident'
import type { Remediation } from '@aiops/contract/model/remediation'
import { Badge } from '../ui/badge.tsx'
import { EntityName } from '../ui/entity-name.tsx'
import { Moment } from '../ui/moment.tsx'
import { Panel } from '../ui/panel.tsx'
import { ProposalPicker } from './proposal-picker.tsx'
import { RemediationDecision } from './remediation-decision.tsx'
import { currentRemediation, remediationLooks } from './remediation-look.ts'
import { RemediationPlan } from './remediation-plan.tsx'

const over = ['COMPLETED', 'FAILED', 'REJECTED', 'ROLLED_BACK']

/** What is proposed or was done about it. */
export function RemediationPanel({ incident }: { incident: IncidentDetail }) {
  const current = currentRemediation(incident.remediations)
  const others = incident.remediations.filter((one) => one !== current)
  const idle = !current || over.includes(current.status)
  const ongoing = incident.status !== 'CLOSED' && incident.status !== 'RESOLVED'
  return (
    <Panel title={current ? 'Runbook' : 'What to do'} note={current?.runbook_name}>
      {current && <RemediationBody remediation={current} />}
      {!current && <p className="mb-3 text-ink-soft">No runbook has been proposed for this diagnosis.</p>}
      {idle && ongoing && <ProposalPicker incident={incident} />}
      {others.length > 0 && (
        <div className="mt-4 border-t pt-3">
          <h3 className="mb-1 font-medium">Earlier runs</h3>
          <ul className="space-y-1">
            {others.map((one) => (
              <li key={one.id} className="flex flex-wrap items-center justify-between gap-2">
                <span className="min-w-0 break-words">{one.runbook_name}</span>
                <span className="flex items-center gap-2">
                  <Badge tone={remediationLooks[one.status].tone}>{remediationLooks[one.status].word}</Badge>
                  <Moment at={one.requested_at} className="text-ink-mute text-xs" />
                </span>
              </li>
            ))}
          </ul>
        </div>
      )}
    </Panel>
  )
}

function RemediationBody({ remediation }: { remediation: Remediation }) {
  const look = remediationLooks[remediation.status]
  return (
    <div className="space-y-3">
      <div aria-live="polite">
        <div className="flex flex-wrap items-center gap-2">
          <Badge tone={look.tone}>{look.word}</Badge>
          <span className="text-ink-mute text-xs">
            on <EntityName id={remediation.entity} />, version {remediation.runbook_version}
          </span>
        </div>
        <p className="mt-1 text-ink-soft">{look.explain}</p>
      </div>
      <p className="break-words">{remediation.reason}</p>
      <RemediationDecision remediation={remediation} />
      {remediation.error && (
        <p className="break-words rounded-md bg-critical-soft px-3 py-2 text-critical">{remediation.error}</p>
      )}
      <RemediationPlan remediation={remediation} />
      <p className="text-ink-mute text-xs">
        Proposed by {remediation.requested_by} <Moment at={remediation.requested_at} form="ago" />
        {remediation.decided_by && (
          <>
            ; {remediation.status === 'REJECTED' ? 'rejected' : 'approved'} by {remediation.decided_by}{' '}
            <Moment at={remediation.decided_at} form="ago" />
          </>
        )}
        {remediation.comment && <>: “{remediation.comment}”</>}
      </p>
    </div>
  )
}
