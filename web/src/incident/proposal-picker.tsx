import type { IncidentDetail } from '@aiops/contract/model/incident'
import { useId, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { SelectField } from '../ui/field.tsx'
import { useProposal, useRunbooks } from './use-remediation.ts'

/** A person may propose any runbook; it still waits for approval. */
export function ProposalPicker({ incident }: { incident: IncidentDetail }) {
  const id = useId()
  const runbooks = useRunbooks()
  const propose = useProposal(incident.id)
  const suggested = incident.diagnosis?.causes[0]?.suggested_runbook_id ?? ''
  const [chosen, setChosen] = useState('')
  const value = chosen || suggested
  const known = runbooks.data?.runbooks ?? []
  if (runbooks.error) return <Failure error={runbooks.error} onRetry={() => void runbooks.refetch()} />
  if (runbooks.data && known.length === 0)
    return (
      <p className="text-ink-mute">
        There are no runbooks yet. Put YAML files into the runbook folder that Settings names.
      </p>
    )
  return (
    <form
      className="mt-3 space-y-2"
      onSubmit={(event) => {
        event.preventDefault()
        if (value !== '') propose.mutate(value, { onSuccess: () => setChosen('') })
      }}
    >
      <label htmlFor={id} className="block text-ink-soft">
        Propose a runbook
      </label>
      <div className="flex gap-2">
        <SelectField
          id={id}
          value={value}
          onChange={(event) => setChosen(event.target.value)}
          className="flex-1"
        >
          <option value="">Choose…</option>
          {known.map((runbook) => (
            <option key={runbook.id} value={runbook.id}>
              {runbook.name}
              {runbook.id === suggested ? ' (suggested)' : ''}
            </option>
          ))}
        </SelectField>
        <Button type="submit" disabled={value === '' || propose.isPending}>
          Propose
        </Button>
      </div>
      {propose.error && <Failure error={propose.error} />}
    </form>
  )
}
