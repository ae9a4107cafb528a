import type { Deployment } from '@aiops/contract/model/deployment'
import type { PolicyOutcome } from '@aiops/contract/model/policy'
import { Link } from '@tanstack/react-router'
import { Badge, type Tone } from '../ui/badge.tsx'
import { className } from '../ui/class-name.ts'
import { Moment } from '../ui/moment.tsx'
import { Panel } from '../ui/panel.tsx'
import { counted } from '../ui/words.ts'

export const outcomeLooks: Record<PolicyOutcome, { tone: Tone; word: string }> = {
  ALLOW: { tone: 'ok', word: 'Allow' },
  REQUIRE_APPROVAL: { tone: 'medium', word: 'Require approval' },
  DENY: { tone: 'critical', word: 'Deny' },
}

/** What the policy said of this plan, and each rule that spoke. */
export function PolicyPanel({ deployment: { policy } }: { deployment: Deployment }) {
  if (!policy)
    return (
      <Panel title="Policy">
        <p className="text-ink-soft">It has not been asked yet; it looks at the plan.</p>
      </Panel>
    )
  const { tone, word } = outcomeLooks[policy.outcome]
  return (
    <Panel
      title="Policy"
      note={
        <>
          asked <Moment at={policy.at} form="ago" />
        </>
      }
      actions={
        <Badge tone={tone}>
          {policy.outcome === 'REQUIRE_APPROVAL'
            ? `${counted(policy.approvals_needed, 'approval')} needed`
            : word}
        </Badge>
      }
    >
      {policy.rules.length === 0 && <p>No rule speaks against it.</p>}
      <ul className="space-y-2">
        {policy.rules.map(({ name, outcome, reason, overridden }) => (
          <li key={name} className="flex flex-wrap items-baseline gap-x-2 gap-y-1">
            <Badge tone={overridden ? 'outline' : outcomeLooks[outcome].tone}>
              {outcomeLooks[outcome].word}
            </Badge>
            <code className={className('font-mono text-xs', overridden && 'line-through')}>{name}</code>
            {overridden && <Badge tone="critical">overridden</Badge>}
            <span className="min-w-0 basis-full break-words text-ink-soft">{reason}</span>
          </li>
        ))}
      </ul>
      <p className="mt-3 break-all text-ink-mute text-xs">
        <Link to="/deployments" search={{ tab: 'policy' }} className="text-accent hover:underline">
          Policy {policy.policy_version}
        </Link>
        <span className="block" title={`SHA-256 of all that it looked at: ${policy.inputs_sha256}`}>
          inputs {policy.inputs_sha256.slice(0, 12)}
        </span>
      </p>
    </Panel>
  )
}
