import type { IncidentDetail } from '@aiops/contract/model/incident'
import { Panel } from '../ui/panel.tsx'
import { counted } from '../ui/words.ts'
import { AlertRow, AnomalyRow } from './member-row.tsx'

/** The anomalies and alerts that make up the incident, each with why it belongs. */
export function MemberPanel({ incident }: { incident: IncidentDetail }) {
  const reasonOf = (id: string): string | undefined =>
    Object.hasOwn(incident.reasons, id) ? incident.reasons[id] : undefined
  const { anomalies, alerts } = incident
  return (
    <Panel
      title="What it is made of"
      note={`${counted(anomalies.length, 'anomaly', 'anomalies')}, ${counted(alerts.length, 'alert')}`}
      bodyClassName="p-0"
    >
      <ul className="max-h-[32rem] divide-y overflow-y-auto">
        {alerts.map((alert) => (
          <AlertRow key={alert.id} alert={alert} reason={reasonOf(alert.id)} />
        ))}
        {anomalies.map((anomaly) => (
          <AnomalyRow key={anomaly.id} anomaly={anomaly} reason={reasonOf(anomaly.id)} />
        ))}
        {anomalies.length + alerts.length === 0 && (
          <li className="px-4 py-3 text-ink-mute">No member is recorded.</li>
        )}
      </ul>
    </Panel>
  )
}
