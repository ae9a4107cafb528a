import type { IncidentName, RuleEffect } from '@aiops/contract/model/correlation-rule'
import { Link } from '@tanstack/react-router'
import { counted } from '../ui/words.ts'

/** What a rule says of open incidents. */
export function RuleEffectList({ effect }: { effect: RuleEffect }) {
  const { joins, parts, routes, left, examined, truncated } = effect
  return (
    <div className="space-y-1.5">
      <p className="text-ink-soft">
        {joins.length + parts.length + routes.length === 0
          ? `Of ${counted(examined, 'open incident')} it changes none.`
          : `Of ${counted(examined, 'open incident')}:`}
        {truncated && ' Not all were looked at; the last changed were.'}
      </p>
      <ul className="space-y-1">
        {joins.map(({ into, from, why }) => (
          <li key={`join ${into.id}`}>
            {from.map((one, at) => (
              <span key={one.id}>
                {at > 0 && ', '}
                <IncidentLink incident={one} />
              </span>
            ))}{' '}
            would join <IncidentLink incident={into} />. <span className="text-ink-mute">{why}</span>
          </li>
        ))}
        {parts.map(({ incident, members, into, why }) => (
          <li key={`part ${incident.id} ${why}`}>
            {counted(members, 'member')} of <IncidentLink incident={incident} /> would go into{' '}
            {into ? <IncidentLink incident={into} /> : 'a new incident'}.{' '}
            <span className="text-ink-mute">{why}</span>
          </li>
        ))}
        {routes.map(({ incident, from, to }) => (
          <li key={`route ${incident.id}`}>
            <IncidentLink incident={incident} /> goes to {to ?? 'nobody in particular'}, before{' '}
            {from ?? 'to nobody'}; by itself, as soon as the rule is in use.
          </li>
        ))}
        {left.map(({ incident, why }) => (
          <li key={`left ${incident.id}`} className="text-ink-mute">
            <IncidentLink incident={incident} /> stays as it is. {why}
          </li>
        ))}
      </ul>
    </div>
  )
}

export const IncidentLink = ({ incident: { number, title } }: { incident: IncidentName }) => (
  <Link to="/incidents/$id" params={{ id: String(number) }} title={title} className="underline">
    INC-{number}
  </Link>
)
