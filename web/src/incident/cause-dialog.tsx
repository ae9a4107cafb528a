import { type EntityId, entityName } from '@aiops/contract/model/entity'
import type { IncidentDetail } from '@aiops/contract/model/incident'
import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { SelectField, TextArea } from '../ui/field.tsx'
import { FormRow } from '../ui/form-row.tsx'
import { EditDialog } from './edit-dialog.tsx'
import { useIncidentEdits } from './use-incident.ts'

type CauseDialogProps = {
  incident: IncidentDetail
  /** What to begin with, such as one of the diagnosis' causes. */
  cause?: { entity: EntityId | null; sentence: string } | undefined
  onClose: () => void
}

/** What a person says it was; similar incidents and the labels of the diagnosis learn from it. */
export function CauseDialog({ incident, cause, onClose }: CauseDialogProps) {
  const { confirmCause } = useIncidentEdits(incident.id)
  const known = cause ?? incident.confirmed_cause
  const [entity, setEntity] = useState(known?.entity ?? '')
  const [sentence, setSentence] = useState(known?.sentence ?? '')
  const causes = incident.diagnosis?.causes ?? []
  const entities = [
    ...new Set([
      ...causes.map((one) => one.entity),
      ...incident.affected_entities,
      ...(entity ? [entity] : []),
    ]),
  ]
  return (
    <EditDialog
      title={`What caused INC-${incident.number}?`}
      description="Kept with the incident, shown where one like it comes, and counted for or against the diagnosis."
      verb="Confirm"
      incomplete={sentence.trim() === ''}
      pending={confirmCause.isPending}
      error={confirmCause.error}
      onClose={onClose}
      onSubmit={() =>
        confirmCause.mutate(
          { entity: entity === '' ? null : entity, sentence: sentence.trim() },
          { onSuccess: onClose },
        )
      }
    >
      <FormRow name="Where">
        {(id) => (
          <SelectField
            {...{ id }}
            className="w-full"
            value={entity}
            onChange={(event) => setEntity(event.target.value)}
          >
            <option value="">None of the entities</option>
            {entities.map((one) => (
              <option key={one} value={one}>
                {entityName(one)} ({one})
              </option>
            ))}
          </SelectField>
        )}
      </FormRow>
      <FormRow name="What it was">
        {(id) => (
          <TextArea
            {...{ id }}
            value={sentence}
            maxLength={2_000}
            placeholder="The pool of connections was too small after the release."
            onChange={(event) => setSentence(event.target.value)}
          />
        )}
      </FormRow>
      {incident.confirmed_cause && (
        <Button
          size="small"
          disabled={confirmCause.isPending}
          onClick={() => confirmCause.mutate({ entity: null, sentence: null }, { onSuccess: onClose })}
        >
          Take it back
        </Button>
      )}
    </EditDialog>
  )
}
