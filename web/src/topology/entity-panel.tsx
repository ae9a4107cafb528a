import { type EntityId, entityKind, entityName } from '@aiops/contract/model/entity'
import type { Entity, Topology } from '@aiops/contract/model/topology'
import { Link } from '@tanstack/react-router'
import { X } from 'lucide-react'
import { entitySelectors } from '../series/selector.ts'
import { Button } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { HealthMark } from '../ui/health.tsx'
import { Moment } from '../ui/moment.tsx'
import { SeverityBadge } from '../ui/severity-badge.tsx'
import { EntityChart } from './entity-chart.tsx'
import { EntitySection } from './entity-section.tsx'
import { NeighbourList } from './neighbour-list.tsx'
import { SignalLinks } from './signal-links.tsx'
import { useEntity } from './use-entity.ts'

type EntityPanelProps = { id: EntityId; entity: Entity | undefined; topology: Topology; onClose: () => void }

export function EntityPanel({ id, entity, topology, onClose }: EntityPanelProps) {
  const { anomalies, incidents, series, charted } = useEntity(id)
  const calls = topology.edges.filter((edge) => edge.source === id)
  const calledBy = topology.edges.filter((edge) => edge.target === id)
  return (
    <aside
      aria-label={id}
      className="min-w-0 rounded-lg border bg-surface lg:max-h-[calc(100dvh-8.5rem)] lg:overflow-y-auto"
    >
      <div className="sticky top-0 z-10 flex items-start gap-2 border-b bg-surface px-4 py-2.5">
        <div className="min-w-0 flex-1">
          <h2 className="break-all font-semibold text-base">
            <span className="font-normal text-ink-mute">{entityKind(id)}/</span>
            {entityName(id)}
          </h2>
          {entity ? (
            <HealthMark health={entity.health} />
          ) : (
            <span className="text-ink-mute text-xs">not in the graph</span>
          )}
          {entity && (
            <span className="ml-3 text-ink-mute text-xs">
              seen <Moment at={entity.last_seen} form="ago" />
            </span>
          )}
        </div>
        <Button look="quiet" size="icon" aria-label="Close" onClick={onClose}>
          <X aria-hidden />
        </Button>
      </div>
      <div className="space-y-5 p-4">
        <SignalLinks id={id} />
        <EntitySection
          title="Incidents"
          error={incidents.error}
          empty={incidents.data?.incidents.length === 0 && 'None.'}
        >
          {incidents.data?.incidents.map((incident) => (
            <li key={incident.id} className="flex items-start gap-2">
              <SeverityBadge severity={incident.severity} />
              <Link
                to="/incidents/$id"
                params={{ id: String(incident.number) }}
                className="min-w-0 break-words hover:underline"
              >
                <span className="text-ink-mute">INC-{incident.number}</span> {incident.title}
              </Link>
            </li>
          ))}
        </EntitySection>
        <EntitySection
          title="Anomalies"
          error={anomalies.error}
          empty={anomalies.data?.items.length === 0 && 'None recorded.'}
        >
          {anomalies.data?.items.slice(0, 6).map((anomaly) => (
            <li key={anomaly.id} className={anomaly.state === 'ACTIVE' ? '' : 'text-ink-mute'}>
              <Link to="/anomalies/$id" params={{ id: anomaly.id }} className="break-words hover:underline">
                {anomaly.sentence}
              </Link>{' '}
              <span className="whitespace-nowrap text-ink-mute text-xs">
                {anomaly.state === 'ACTIVE' ? 'since' : 'ended'}{' '}
                <Moment at={anomaly.ended_at ?? anomaly.started_at} form="ago" />
              </span>
            </li>
          ))}
        </EntitySection>
        <div>
          <div className="mb-2 flex items-center justify-between">
            <h3 className="font-medium">Key series</h3>
            <Link
              to="/explore"
              search={{ text: entitySelectors(id)[0] }}
              className="font-medium text-accent hover:underline"
            >
              Explore all{series.data ? ` ${series.data.total}` : ''}
            </Link>
          </div>
          {series.error && <Failure error={series.error} onRetry={() => void series.refetch()} />}
          <div className="space-y-4">
            {charted.map((one) => (
              <EntityChart key={one.id} series={one} />
            ))}
          </div>
          {series.data && charted.length === 0 && (
            <p className="text-ink-mute">No series carries its name.</p>
          )}
        </div>
        <NeighbourList title="Calls" edges={calls} end="target" />
        <NeighbourList title="Called by" edges={calledBy} end="source" />
      </div>
    </aside>
  )
}
