import { type Incident, type IncidentStatus, incidentTransitions } from '@aiops/contract/model/incident'
import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { useIncidentActions } from './use-incident.ts'

const words: Record<IncidentStatus, { verb: string; explain: string }> = {
  OPEN: { verb: 'Reopen', explain: 'It counts as open again; its timeline goes on.' },
  ACKNOWLEDGED: { verb: 'Acknowledge', explain: 'Others see that somebody has taken notice.' },
  INVESTIGATING: { verb: 'Investigate', explain: 'Others see that somebody is looking for the cause.' },
  RESOLVED: {
    verb: 'Resolve',
    explain: 'It no longer counts as open. New signs of the same trouble make a new incident or reopen it.',
  },
  CLOSED: { verb: 'Close', explain: 'This is final: a closed incident cannot be reopened.' },
}

/** Buttons for exactly the states this one may go to. */
export function StatusActions({ incident }: { incident: Incident }) {
  const [wanted, setWanted] = useState<IncidentStatus>()
  const { setStatus } = useIncidentActions(incident.id)
  const next = incidentTransitions[incident.status]
  const close = (): void => {
    setWanted(undefined)
    setStatus.reset()
  }
  return (
    <div className="flex flex-wrap gap-2">
      {next.map((status, i) => (
        <Button
          key={status}
          look={i === 0 && status !== 'CLOSED' ? 'strong' : 'plain'}
          onClick={() => setWanted(status)}
        >
          {words[status].verb}
        </Button>
      ))}
      {wanted && (
        <ConfirmDialog
          title={`${words[wanted].verb} INC-${incident.number}?`}
          description={words[wanted].explain}
          verb={words[wanted].verb}
          danger={wanted === 'CLOSED'}
          pending={setStatus.isPending}
          error={setStatus.error}
          onCancel={close}
          onConfirm={(comment) => setStatus.mutate({ status: wanted, comment }, { onSuccess: close })}
        />
      )}
    </div>
  )
}
