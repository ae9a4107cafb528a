import { useId, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Failure } from '../ui/failure.tsx'
import { SelectField, TextField } from '../ui/field.tsx'
import { refusedFor } from '../ui/refused-for.ts'
import type { Unplaced } from './reading-row.ts'
import { usePlace } from './use-cost.ts'

type PlacementDialogProps = { unplaced: Unplaced; onClose: () => void }

/** A person says where a service runs. What a sender tells or what is deployed later takes its place. */
export function PlacementDialog({ unplaced: { service, providers }, onClose }: PlacementDialogProps) {
  const id = useId()
  const place = usePlace()
  const [draft, setDraft] = useState({ provider: providers[0] ?? '', region: '', instance: '' })
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Where does ${service} run?`}
      description="It holds until a sender or a deployment says otherwise."
    >
      <form
        className="space-y-3 overflow-y-auto px-5 py-4"
        onSubmit={(event) => {
          event.preventDefault()
          const { provider, region, instance } = draft
          if (!place.isPending)
            place.mutate(
              { service, provider, region: region.trim() || null, instance: instance.trim() || null },
              { onSuccess: onClose },
            )
        }}
      >
        <div>
          <label htmlFor={`${id}-provider`} className="mb-1 block font-medium">
            Provider
          </label>
          <SelectField
            id={`${id}-provider`}
            className="w-full"
            value={draft.provider}
            onChange={(event) => setDraft({ ...draft, provider: event.target.value })}
          >
            {providers.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </SelectField>
        </div>
        {(['region', 'instance'] as const).map((name) => (
          <div key={name}>
            <label htmlFor={`${id}-${name}`} className="mb-1 block font-medium">
              {name === 'region' ? 'Region' : 'Instance type'}{' '}
              <span className="font-normal text-ink-mute">(optional)</span>
            </label>
            <TextField
              id={`${id}-${name}`}
              className="w-full"
              maxLength={128}
              value={draft[name]}
              onChange={(event) => setDraft({ ...draft, [name]: event.target.value })}
            />
          </div>
        ))}
        {place.error ? <Failure error={place.error} advice={refusedFor(place.error, 'cost:write')} /> : null}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="strong" disabled={place.isPending}>
            {place.isPending ? 'Saving…' : 'It runs there'}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
