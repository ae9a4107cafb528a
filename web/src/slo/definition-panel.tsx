import type { Slo } from '@aiops/contract/model/slo'
import { CodeLine } from '../ui/code-line.tsx'
import { EntityName } from '../ui/entity-name.tsx'
import { Moment } from '../ui/moment.tsx'
import { Panel } from '../ui/panel.tsx'
import { safeUrl } from '../ui/safe-url.ts'
import { indicatorText, queriesOf } from './slo-look.ts'

/** What was promised, and who said so. */
export function DefinitionPanel({ slo }: { slo: Slo }) {
  const runbook = safeUrl(slo.alerting.runbook_url)
  return (
    <Panel title="What is promised">
      <p>
        {indicatorText(slo.indicator)}: {slo.objective} %
      </p>
      {slo.description && (
        <p className="mt-1 whitespace-pre-wrap break-words text-ink-soft">{slo.description}</p>
      )}
      <div className="mt-3 space-y-2">
        {queriesOf(slo.indicator).map(({ name, query }) => (
          <CodeLine key={name} label={name} text={query} />
        ))}
      </div>
      <p className="mt-3 flex flex-wrap gap-x-4 gap-y-1 text-ink-mute text-xs">
        {slo.service && <EntityName id={`service/${slo.service}`} />}
        {slo.team && <span>team {slo.team}</span>}
        <span>
          {slo.document ? `from ${slo.document}` : `set by ${slo.created_by}`},{' '}
          <Moment at={slo.updated_at} form="ago" />
        </span>
        {runbook && (
          <a href={runbook} target="_blank" rel="noreferrer noopener" className="text-accent hover:underline">
            Runbook at {new URL(runbook).host}
          </a>
        )}
      </p>
    </Panel>
  )
}
