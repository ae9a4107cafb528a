import type { IncidentDetail } from '@aiops/contract/model/incident'
import { Link } from '@tanstack/react-router'
import { FileText } from 'lucide-react'
import { type ReactNode, useEffect } from 'react'
import { AskLink } from '../chat/ask-link.tsx'
import { buttonStyle } from '../ui/button.tsx'
import { EntityName } from '../ui/entity-name.tsx'
import { formatDuration } from '../ui/format.ts'
import { Moment } from '../ui/moment.tsx'
import { SeverityBadge } from '../ui/severity-badge.tsx'
import { useNow } from '../ui/use-now.ts'
import { sentenceCase } from '../ui/words.ts'
import { lengthMs } from './incident-length.ts'
import { IncidentMenu } from './incident-menu.tsx'
import { SignalLinks } from './signal-links.tsx'
import { StatusActions } from './status-actions.tsx'
import { StatusBadge } from './status-badge.tsx'

const shownEntities = 6

export function IncidentHeader({ incident }: { incident: IncidentDetail }) {
  const now = useNow()
  useEffect(() => {
    document.title = `INC-${incident.number} ${incident.title} · AIOps NextGen`
  }, [incident.number, incident.title])
  return (
    <header className="mb-4">
      <nav aria-label="Breadcrumb" className="mb-1 text-ink-mute text-xs">
        <Link to="/incidents" className="hover:text-ink hover:underline">
          Incidents
        </Link>
        <span aria-hidden> / </span>INC-{incident.number}
      </nav>
      <div className="flex flex-wrap items-start gap-x-4 gap-y-2">
        <h1 className="min-w-0 flex-1 basis-120 break-words font-semibold text-xl">{incident.title}</h1>
        <span className="flex gap-2 max-sm:order-last">
          <AskLink question={`What is the root cause of INC-${incident.number}?`} />
          <Link
            to="/reports/new"
            search={{ type: 'INCIDENT_REPORT', incident: String(incident.number) }}
            className={buttonStyle()}
          >
            <FileText aria-hidden /> Report
          </Link>
        </span>
        <StatusActions incident={incident} />
        <IncidentMenu incident={incident} />
      </div>
      <dl className="mt-2 flex flex-wrap items-center gap-x-6 gap-y-1.5">
        <div className="flex gap-2">
          <dt className="sr-only">Severity and status</dt>
          <dd className="flex gap-2">
            <SeverityBadge severity={incident.severity} />
            <StatusBadge status={incident.status} />
            {incident.severity_set_by !== null && (
              <span className="text-ink-mute">severity set by {incident.severity_set_by}</span>
            )}
          </dd>
        </div>
        <Fact name="Started">
          <Moment at={incident.started_at} form="both" />
        </Fact>
        <Fact name="Noticed after" title="Time to detect: from the earliest sign to the incident">
          {formatDuration(incident.ttd * 1_000)}
        </Fact>
        {incident.tta !== null && (
          <Fact
            name="Acknowledged after"
            title="Time to acknowledge: from the incident to the first word of a person"
          >
            {formatDuration(incident.tta * 1_000)}
          </Fact>
        )}
        {incident.ttr === null ? (
          <Fact name="Lasting">{formatDuration(lengthMs(incident, now))}</Fact>
        ) : (
          <Fact name="Resolved after" title="Time to resolve: from the incident to its resolution">
            {formatDuration(incident.ttr * 1_000)}
          </Fact>
        )}
        {incident.assigned_to && <Fact name="Assigned to">{incident.assigned_to}</Fact>}
        {incident.escalation_level > 0 && <Fact name="Escalation">level {incident.escalation_level}</Fact>}
        <Fact name="Affected">
          <span className="inline-flex flex-wrap gap-x-2.5 leading-6">
            {incident.affected_entities.slice(0, shownEntities).map((id) => (
              <EntityName key={id} id={id} />
            ))}
            {incident.affected_entities.length > shownEntities && (
              <span title={incident.affected_entities.slice(shownEntities).join('\n')}>
                and {incident.affected_entities.length - shownEntities} more
              </span>
            )}
            {incident.affected_entities.length === 0 && '–'}
          </span>
        </Fact>
        <Fact name="Look at">
          <SignalLinks incident={incident} />
        </Fact>
      </dl>
      <Kin incident={incident} />
      {incident.impact && <Impact impact={incident.impact} />}
      {incident.description !== '' && incident.description !== incident.title && (
        <p className="mt-2 max-w-4xl break-words text-ink-soft">{incident.description}</p>
      )}
    </header>
  )
}

/** Where it went or came from, when people or the platform joined or parted incidents. */
function Kin({ incident: { merged_into, split_from } }: { incident: IncidentDetail }) {
  if (merged_into === null && split_from === null) return null
  const link = (id: string, text: string) => (
    <Link to="/incidents/$id" params={{ id }} className="font-medium text-accent hover:underline">
      {text}
    </Link>
  )
  return (
    <p className="mt-2 rounded-md border bg-sunken px-3 py-1.5">
      {merged_into !== null && (
        <>It was merged into {link(merged_into, 'another incident')}, which goes on. </>
      )}
      {split_from !== null && <>It was split off {link(split_from, 'another incident')}.</>}
    </p>
  )
}

function Impact({ impact: { tier, slos, notes } }: { impact: NonNullable<IncidentDetail['impact']> }) {
  if (tier === null && slos.length === 0) return null
  return (
    <p className="mt-2 flex flex-wrap items-center gap-x-3 gap-y-1" title={notes.join('\n')}>
      <span className="text-ink-mute">Impact</span>
      {tier && (
        <span>
          tier {tier.value} (<EntityName id={tier.entity} />)
        </span>
      )}
      {slos.map(({ id, name, state }) => (
        <Link key={id} to="/slos/$id" params={{ id }} className="text-accent hover:underline">
          {name}: {sentenceCase(state).toLowerCase()}
        </Link>
      ))}
    </p>
  )
}

function Fact({ name, title, children }: { name: string; title?: string; children: ReactNode }) {
  return (
    <div className="flex min-w-0 gap-1.5" title={title}>
      <dt className="whitespace-nowrap text-ink-mute">{name}</dt>
      <dd className="min-w-0 font-medium">{children}</dd>
    </div>
  )
}
