import type { Incident } from '@aiops/contract/model/incident'
import { useState } from 'react'
import { TextField } from '../ui/field.tsx'
import { FormRow } from '../ui/form-row.tsx'
import { EditDialog } from './edit-dialog.tsx'
import { useIncidentEdits } from './use-incident.ts'

export function AssignDialog({ incident, onClose }: { incident: Incident; onClose: () => void }) {
  const { assign } = useIncidentEdits(incident.id)
  const [name, setName] = useState(incident.assigned_to ?? '')
  return (
    <EditDialog
      title={`Assign INC-${incident.number}`}
      description="Who looks after it. Left empty, nobody does."
      verb={name.trim() === '' ? 'Assign to nobody' : 'Assign'}
      pending={assign.isPending}
      error={assign.error}
      onClose={onClose}
      onSubmit={() => assign.mutate(name.trim() === '' ? null : name.trim(), { onSuccess: onClose })}
    >
      <FormRow name="Person or team">
        {(id) => (
          <TextField
            {...{ id }}
            className="w-full"
            value={name}
            maxLength={200}
            placeholder="dana, payments-on-call"
            onChange={(event) => setName(event.target.value)}
          />
        )}
      </FormRow>
    </EditDialog>
  )
}
