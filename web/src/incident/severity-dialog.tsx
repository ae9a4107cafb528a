import type { Incident } from '@aiops/contract/model/incident'
import { type Severity, severities } from '@aiops/contract/model/severity'
import { useState } from 'react'
import { SelectField } from '../ui/field.tsx'
import { FormRow } from '../ui/form-row.tsx'
import { sentenceCase } from '../ui/words.ts'
import { CommentField } from './comment-field.tsx'
import { EditDialog } from './edit-dialog.tsx'
import { useIncidentEdits } from './use-incident.ts'

const follow = 'FOLLOW'

export function SeverityDialog({ incident, onClose }: { incident: Incident; onClose: () => void }) {
  const { setSeverity } = useIncidentEdits(incident.id)
  const [chosen, setChosen] = useState<Severity | typeof follow>(incident.severity)
  const [comment, setComment] = useState('')
  const severity = chosen === follow ? null : chosen
  return (
    <EditDialog
      title={`Severity of INC-${incident.number}`}
      description={
        incident.severity_set_by === null
          ? 'Until now it follows the worst of its alerts and anomalies. What you set stays.'
          : `Set by ${incident.severity_set_by}; it no longer follows its alerts and anomalies.`
      }
      verb="Set"
      pending={setSeverity.isPending}
      error={setSeverity.error}
      onClose={onClose}
      onSubmit={() =>
        setSeverity.mutate(
          { severity, ...(comment.trim() && { comment: comment.trim() }) },
          { onSuccess: onClose },
        )
      }
    >
      <FormRow name="Severity">
        {(id) => (
          <SelectField
            {...{ id }}
            className="w-full"
            value={chosen}
            onChange={(event) => setChosen(event.target.value as Severity | typeof follow)}
          >
            {severities.map((one) => (
              <option key={one} value={one}>
                {sentenceCase(one)}
              </option>
            ))}
            {incident.severity_set_by !== null && (
              <option value={follow}>Follow its alerts and anomalies again</option>
            )}
          </SelectField>
        )}
      </FormRow>
      <CommentField comment={comment} onChange={setComment} />
    </EditDialog>
  )
}
