import type { Budget } from '@aiops/contract/model/budget'
import { useId, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { TextField } from '../ui/field.tsx'
import { ProblemText } from '../ui/problem-text.tsx'
import { refusedFor } from '../ui/refused-for.ts'
import {
  type BudgetDraft,
  budgetInputOf,
  budgetProblems,
  budgetServerProblems,
  draftOf,
} from './budget-draft.ts'
import { useBudgetActions } from './use-cost.ts'

const selectors = [
  ['team', 'Team'],
  ['environment', 'Environment'],
  ['namespace', 'Namespace'],
  ['service', 'Service'],
] as const
const shares = [
  ['alert', 'Alert'],
  ['freeze', 'Freeze'],
  ['block', 'Block'],
] as const

/** A limit, what it takes in, and where its bands begin. */
export function BudgetForm({ budget, onDone }: { budget: Budget | undefined; onDone: () => void }) {
  const [draft, setDraft] = useState(() => draftOf(budget))
  const [tried, setTried] = useState(false)
  const { save } = useBudgetActions()
  const own = budgetProblems(draft)
  const { byField, rest } = budgetServerProblems(save.error)
  const problems = tried ? new Map([...byField, ...own]) : byField
  const field = (name: keyof BudgetDraft) => ({
    value: draft[name],
    onChange: (value: string): void => setDraft((old) => ({ ...old, [name]: value })),
  })
  return (
    <form
      className="min-h-0 space-y-4 overflow-y-auto px-5 pt-3 pb-5"
      onSubmit={(event) => {
        event.preventDefault()
        setTried(true)
        if (own.size === 0 && !save.isPending)
          save.mutate({ id: budget?.id, body: budgetInputOf(draft) }, { onSuccess: onDone })
      }}
    >
      <Field label="Name" problem={problems.get('name')} {...field('name')} />
      <fieldset>
        <legend className="font-medium">What it takes in</legend>
        <p className="mb-1.5 text-ink-mute text-xs">What is left empty takes in everything.</p>
        <div className="grid gap-3 sm:grid-cols-2">
          {selectors.map(([name, label]) => (
            <Field key={name} label={label} problem={problems.get(name)} {...field(name)} />
          ))}
        </div>
      </fieldset>
      <div className="grid gap-3 sm:grid-cols-2">
        <Field
          label="Limit, $ by the month"
          numeric
          problem={problems.get('limit_monthly_usd')}
          {...field('limit')}
        />
        <Field
          label="Hard limit, $ by the month (optional)"
          numeric
          problem={problems.get('hard_limit_monthly_usd')}
          {...field('hardLimit')}
        />
      </div>
      <fieldset>
        <legend className="mb-1.5 font-medium">Bands begin at, % of the limit</legend>
        <div className="grid grid-cols-3 gap-3">
          {shares.map(([name, label]) => (
            <Field key={name} label={label} numeric {...field(name)} />
          ))}
        </div>
        <ProblemText text={problems.get('thresholds')} />
      </fieldset>
      {rest !== undefined && rest !== null && (
        <Failure error={rest} advice={refusedFor(rest, 'cost:write')} />
      )}
      <div className="flex justify-end gap-2">
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" look="strong" disabled={save.isPending}>
          {save.isPending ? 'Saving…' : budget ? 'Save' : 'Create'}
        </Button>
      </div>
    </form>
  )
}

type FieldProps = {
  label: string
  value: string
  onChange: (value: string) => void
  problem?: string | undefined
  numeric?: boolean
}

function Field({ label, value, onChange, problem, numeric = false }: FieldProps) {
  const id = useId()
  return (
    <div className="min-w-0">
      <label htmlFor={id} className="mb-1 block text-ink-soft text-xs">
        {label}
      </label>
      <TextField
        id={id}
        className="w-full"
        value={value}
        maxLength={200}
        aria-invalid={problem !== undefined}
        {...(numeric ? { inputMode: 'decimal' as const } : {})}
        onChange={(event) => onChange(event.target.value)}
      />
      <ProblemText text={problem} />
    </div>
  )
}
