import type { Budget } from '@aiops/contract/model/budget'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Failure } from '../ui/failure.tsx'
import { refusedFor } from '../ui/refused-for.ts'
import { useBudgetActions } from './use-cost.ts'

export function DeleteBudget({ budget, onClose }: { budget: Budget; onClose: () => void }) {
  const { remove } = useBudgetActions()
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Delete ${budget.name}?`}
      description="What it limits is limited by it no longer."
    >
      <div className="space-y-3 px-5 py-4">
        {remove.error && <Failure error={remove.error} advice={refusedFor(remove.error, 'cost:write')} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Keep it</Button>
          <Button
            look="danger"
            disabled={remove.isPending}
            onClick={() => remove.mutate(budget.id, { onSuccess: onClose })}
          >
            Delete
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
