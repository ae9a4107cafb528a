import { entityKind, entityName } from '@aiops/contract/model/entity'
import type { IncidentDetail } from '@aiops/contract/model/incident'
import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { entitySelectors } from '../series/selector.ts'
import { lengthMs } from './incident-length.ts'

/** So much before the first sign is shown, to tell the usual from the unusual. */
const beforeMs = 600_000

/** Logs, traces and series of the service that is likely to blame, around the incident's time: where most people look next. */
export function SignalLinks({ incident }: { incident: IncidentDetail }) {
  const { cause, affected_entities } = incident
  // biome-ignore lint/correctness/useExhaustiveDependencies: an end that moved each second would make each link another one
  const span = useMemo(() => {
    const started = Date.parse(incident.started_at)
    return { from: started - beforeMs, to: started + lengthMs(incident, Date.now()) + 60_000 }
  }, [incident.updated_at])
  const service = [cause?.entity, ...affected_entities].find(
    (id) => id !== undefined && entityKind(id) === 'service',
  )
  if (service === undefined) return null
  const name = entityName(service)
  const link = 'font-medium text-accent hover:underline'
  return (
    <span className="inline-flex flex-wrap gap-x-2.5 leading-6">
      <Link to="/explore" search={{ tab: 'logs', service: name, ...span }} className={link}>
        Logs
      </Link>
      <Link to="/explore" search={{ tab: 'traces', service: name, ...span }} className={link}>
        Traces
      </Link>
      <Link to="/explore" search={{ text: entitySelectors(service)[0], ...span }} className={link}>
        Series
      </Link>
      <span className="font-normal text-ink-mute">of {name} around this time</span>
    </span>
  )
}
