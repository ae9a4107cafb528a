import type { Cluster } from '@aiops/contract/model/cluster'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Failure } from '../ui/failure.tsx'
import { TextField } from '../ui/field.tsx'
import { FormRow } from '../ui/form-row.tsx'
import { Panel } from '../ui/panel.tsx'
import { useClusterActions } from './use-cluster.ts'

/** Removes a cluster, after its name was typed. */
export function DeletePanel({ cluster }: { cluster: Cluster }) {
  const [open, setOpen] = useState(false)
  const [typed, setTyped] = useState('')
  const { remove } = useClusterActions(cluster.id)
  const navigate = useNavigate()
  const close = (): void => {
    setOpen(false)
    setTyped('')
  }
  return (
    <Panel title="Remove">
      <div className="flex flex-wrap items-center gap-3">
        <p className="min-w-0 flex-1 basis-72 text-ink-soft">
          Forgets the cluster with its credentials and its health history. Nothing is changed in the cluster
          itself.
        </p>
        <Button look="danger" onClick={() => setOpen(true)}>
          Remove this cluster
        </Button>
      </div>
      {open && (
        <Dialog
          open
          onOpenChange={(next) => !next && close()}
          title={`Remove ${cluster.name}?`}
          description="Its credentials and its health history go with it, for good."
        >
          <form
            className="space-y-3 px-5 py-4"
            onSubmit={(event) => {
              event.preventDefault()
              if (typed === cluster.name)
                remove.mutate(undefined, { onSuccess: () => void navigate({ to: '/clusters' }) })
            }}
          >
            <FormRow name={`Type ${cluster.name} to confirm`}>
              {(id) => (
                <TextField
                  id={id}
                  className="w-full font-mono"
                  value={typed}
                  onChange={(event) => setTyped(event.target.value)}
                />
              )}
            </FormRow>
            {remove.error && <Failure error={remove.error} />}
            <div className="flex justify-end gap-2">
              <Button onClick={close}>Cancel</Button>
              <Button type="submit" look="danger" disabled={typed !== cluster.name || remove.isPending}>
                Remove
              </Button>
            </div>
          </form>
        </Dialog>
      )}
    </Panel>
  )
}
