import type { Api } from '@aiops/contract/api/index'
import type { OperationOutput } from '@aiops/contract/api/operation'
import type { PolicyRule } from '@aiops/contract/model/policy'
import { CircleCheck, TriangleAlert } from 'lucide-react'
import { Badge } from '../ui/badge.tsx'
import { FigureList } from '../ui/figure-list.tsx'
import { formatCount } from '../ui/format.ts'
import { Loaded } from '../ui/loaded.tsx'
import { Moment } from '../ui/moment.tsx'
import { Panel } from '../ui/panel.tsx'
import { counted } from '../ui/words.ts'
import { outcomeLooks } from './policy-panel.tsx'
import { usePolicy } from './use-control.ts'

type PolicyInForce = OperationOutput<Api['getPolicy']>

/** The one policy in force: its rules as they are evaluated, what it said so far, and where it comes from. */
export function PolicyTab() {
  return <Loaded query={usePolicy()}>{(policy) => <PolicyView policy={policy} />}</Loaded>
}

function PolicyView({ policy }: { policy: PolicyInForce }) {
  const { said, rules, limits, version, source, loaded_at } = policy
  return (
    <div className="space-y-4">
      <FigureList
        label="What it said so far"
        figures={[
          { label: 'Allowed', value: formatCount(said.allowed) },
          { label: 'Asked for approval', value: formatCount(said.required_approval) },
          { label: 'Denied', value: formatCount(said.denied) },
          { label: 'Overridden', value: formatCount(said.overridden), note: 'by emergencies' },
        ]}
      />
      <div className="grid grid-cols-1 items-start gap-4 xl:grid-cols-[minmax(0,1fr)_22rem]">
        <Panel title="Rules" note="in CEL; one that cannot be evaluated counts as true" bodyClassName="p-0">
          <ul className="divide-y">
            {rules.map((rule) => (
              <RuleItem key={rule.name} rule={rule} />
            ))}
          </ul>
          {rules.length === 0 && (
            <p className="p-4">It has no rules, so nothing but a missing plan asks for approval.</p>
          )}
        </Panel>
        <div className="space-y-4">
          <TestPanel tests={policy.tests} />
          <Panel title="Effective limits" note="rules use them as limits.NAME">
            <dl className="space-y-1">
              {Object.entries(limits).map(([name, value]) => (
                <div key={name} className="flex items-baseline justify-between gap-3">
                  <dt className="min-w-0 break-all font-mono text-xs">{name}</dt>
                  <dd className="font-medium">
                    {value.toLocaleString('en-US', { maximumFractionDigits: 6 })}
                  </dd>
                </div>
              ))}
            </dl>
          </Panel>
          <Panel title="Where it comes from">
            <p className="break-words">{source}</p>
            <p className="break-all text-ink-mute text-xs">
              version {version}, loaded <Moment at={loaded_at} form="both" />
            </p>
          </Panel>
        </div>
      </div>
    </div>
  )
}

function RuleItem({
  rule: { name, description, when, outcome, approvals, overridable },
}: {
  rule: PolicyRule
}) {
  const { tone, word } = outcomeLooks[outcome]
  return (
    <li className="px-4 py-3">
      <div className="flex flex-wrap items-center gap-2">
        <h3 className="break-all font-mono font-semibold text-xs">{name}</h3>
        <Badge tone={tone}>
          {word}
          {outcome === 'REQUIRE_APPROVAL' && approvals > 1 && `: ${approvals} people`}
        </Badge>
        {overridable && (
          <Badge tone="outline" title="An emergency may pass it while its override holds">
            an emergency may pass it
          </Badge>
        )}
      </div>
      <p className="my-1 break-words">{description}</p>
      <pre className="overflow-x-auto whitespace-pre-wrap break-words rounded-md bg-sunken px-3 py-2 font-mono text-xs">
        {when.replace(/\n\s+/g, '\n  ')}
      </pre>
    </li>
  )
}

function TestPanel({ tests: { passed, failed } }: { tests: PolicyInForce['tests'] }) {
  return (
    <Panel title="Its own tests">
      {passed + failed.length === 0 ? (
        <p className="text-ink-soft">It has none.</p>
      ) : failed.length === 0 ? (
        <p className="flex items-center gap-2">
          <CircleCheck aria-hidden className="size-4 shrink-0 text-ok" />
          {counted(passed, 'test')} passed.
        </p>
      ) : (
        <>
          <p className="flex items-center gap-2 font-medium">
            <TriangleAlert aria-hidden className="size-4 shrink-0 text-high" />
            {failed.length} failed, {passed} passed
          </p>
          <ul className="mt-1 list-disc space-y-1 pl-5">
            {failed.map((name) => (
              <li key={name} className="break-words">
                {name}
              </li>
            ))}
          </ul>
        </>
      )}
    </Panel>
  )
}
