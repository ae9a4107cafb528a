import type { Budget } from '@aiops/contract/model/budget'
import { Plus, Wallet } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Empty } from '../ui/empty.tsx'
import { Loaded } from '../ui/loaded.tsx'
import { BudgetCard } from './budget-card.tsx'
import { BudgetForm } from './budget-form.tsx'
import { DeleteBudget } from './delete-budget.tsx'
import { useBudgets } from './use-cost.ts'

type Open = { kind: 'edit'; budget: Budget | undefined } | { kind: 'delete'; budget: Budget }

/** Limits by the month, with what was spent of them and what the month will come to. */
export function BudgetTab() {
  const query = useBudgets()
  const [open, setOpen] = useState<Open>()
  const close = (): void => setOpen(undefined)
  return (
    <div className="space-y-4">
      <div className="flex items-center gap-3">
        <p className="min-w-0 text-ink-mute">Months are UTC. The forecast is of the whole month.</p>
        <Button
          look="strong"
          className="ml-auto"
          onClick={() => setOpen({ kind: 'edit', budget: undefined })}
        >
          <Plus aria-hidden /> New budget
        </Button>
      </div>
      <Loaded query={query} inset={false}>
        {({ budgets }) =>
          budgets.length === 0 ? (
            <div className="rounded-lg border bg-surface">
              <Empty icon={Wallet} title="There is no budget yet">
                A budget limits what a team, an environment, a namespace or a service spends in a month, and
                tells what the month will come to.
              </Empty>
            </div>
          ) : (
            <ul className="grid items-start gap-4 lg:grid-cols-2">
              {budgets.map((status) => (
                <BudgetCard
                  key={status.budget.id}
                  status={status}
                  onEdit={() => setOpen({ kind: 'edit', budget: status.budget })}
                  onDelete={() => setOpen({ kind: 'delete', budget: status.budget })}
                />
              ))}
            </ul>
          )
        }
      </Loaded>
      {open?.kind === 'edit' && (
        <Dialog
          open
          onOpenChange={(next) => !next && close()}
          title={open.budget ? `Change ${open.budget.name}` : 'New budget'}
        >
          <BudgetForm budget={open.budget} onDone={close} />
        </Dialog>
      )}
      {open?.kind === 'delete' && <DeleteBudget budget={open.budget} onClose={close} />}
    </div>
  )
}
