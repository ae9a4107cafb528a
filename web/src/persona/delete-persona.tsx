import type { Persona } from '@aiops/contract/model/persona'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Failure } from '../ui/failure.tsx'
import { usePersonaActions } from './use-personas.ts'

type DeletePersonaProps = { persona: Persona; onClose: () => void; onDone: () => void }

export function DeletePersona({ persona, onClose, onDone }: DeletePersonaProps) {
  const { remove } = usePersonaActions()
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Delete ${persona.name}?`}
      description="Conversations that use it go on with the default persona."
    >
      <div className="space-y-3 px-5 py-4">
        {remove.error && <Failure error={remove.error} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Keep it</Button>
          <Button
            look="danger"
            disabled={remove.isPending}
            onClick={() => remove.mutate(persona.id, { onSuccess: onDone })}
          >
            Delete
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
