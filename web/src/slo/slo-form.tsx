import { type Slo, SloWindow } from '@aiops/contract/model/slo'
import { Link, useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { Button, buttonStyle } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { SelectField, TextArea, TextField } from '../ui/field.tsx'
import { FormRow } from '../ui/form-row.tsx'
import { ProblemText } from '../ui/problem-text.tsx'
import { refusedFor } from '../ui/refused-for.ts'
import { serverProblems } from '../ui/server-problem.ts'
import { CheckResult } from './check-result.tsx'
import {
  askedOf,
  type DraftKind,
  draftKinds,
  draftOf,
  draftProblems,
  inputOf,
  type SloDraft,
} from './slo-draft.ts'
import { useSloActions } from './use-slos.ts'

const kindWords: Record<DraftKind, string> = {
  ERRORS: 'Requests of a service that do not fail',
  LATENCY: 'Requests of a service that are fast enough',
  AVAILABILITY: 'Minutes in which a service answers',
  RATIO: 'Good of all events (PromQL)',
  HISTOGRAM: 'Requests of a latency histogram (PromQL)',
  VALUE: 'Minutes in which a value is within limits (PromQL)',
}
const texts: readonly { name: keyof SloDraft; label: string; hint?: string; long?: true }[] = [
  { name: 'service', label: 'Service' },
  {
    name: 'good',
    label: 'Good events',
    hint: 'A counter or a query; {{.window}} stands for its range.',
    long: true,
  },
  { name: 'total', label: 'All events', long: true },
  { name: 'query', label: 'Query', long: true },
  { name: 'below', label: 'Below', hint: 'Seconds, or the unit of the query.' },
  { name: 'above', label: 'Above' },
]
const fields = [
  'name',
  'objective',
  'window',
  'service',
  'good',
  'bad',
  'total',
  'query',
  'histogram',
  'below',
  'above',
]

/** Tries an objective before it is set. */
export function SloForm({ slo }: { slo: Slo | undefined }) {
  const [draft, setDraft] = useState(() => draftOf(slo))
  const [tried, setTried] = useState(false)
  const { check, save } = useSloActions()
  const navigate = useNavigate()
  const own = draftProblems(draft)
  const { byField, rest } = serverProblems(save.error ?? check.error, fields)
  const problemOf = (name: string): string | undefined =>
    (tried ? own.get(name) : undefined) ?? byField.get(name)
  const set = (part: Partial<SloDraft>): void => {
    setDraft((old) => ({ ...old, ...part }))
    check.reset()
  }
  const withInput = (then: (input: ReturnType<typeof inputOf>) => void) => (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (own.size === 0) then(inputOf(draft, slo))
  }
  const isBusy = save.isPending || check.isPending
  return (
    <form
      className="max-w-3xl space-y-4 rounded-lg border bg-surface p-4 sm:p-5"
      onSubmit={withInput((body) =>
        save.mutate(
          { id: slo?.id, body },
          { onSuccess: (view) => void navigate({ to: '/slos/$id', params: { id: view.slo.id } }) },
        ),
      )}
    >
      <FormRow name="Name">
        {(id) => (
          <>
            <TextField
              {...{ id }}
              className="w-full"
              value={draft.name}
              maxLength={128}
              onChange={(event) => set({ name: event.target.value })}
            />
            <ProblemText text={problemOf('name')} />
          </>
        )}
      </FormRow>
      <FormRow name="What is measured">
        {(id) => (
          <SelectField
            {...{ id }}
            className="w-full"
            value={draft.kind}
            onChange={(event) => set({ kind: event.target.value as DraftKind })}
          >
            {draftKinds.map((kind) => (
              <option key={kind} value={kind}>
                {kindWords[kind]}
              </option>
            ))}
          </SelectField>
        )}
      </FormRow>
      {texts
        .filter(({ name }) => askedOf(draft.kind).includes(name))
        .map(({ name, label, hint, long }) => (
          <FormRow key={name} name={label} {...(hint && { hint })}>
            {(id) => (
              <>
                {long ? (
                  <TextArea
                    {...{ id }}
                    className="font-mono"
                    spellCheck={false}
                    value={String(draft[name])}
                    onChange={(event) => set({ [name]: event.target.value })}
                  />
                ) : (
                  <TextField
                    {...{ id }}
                    className="w-full"
                    value={String(draft[name])}
                    onChange={(event) => set({ [name]: event.target.value })}
                  />
                )}
                <ProblemText text={problemOf(name)} />
              </>
            )}
          </FormRow>
        ))}
      <div className="grid gap-4 sm:grid-cols-2">
        <FormRow name="Objective, % good">
          {(id) => (
            <>
              <TextField
                {...{ id }}
                className="w-full"
                inputMode="decimal"
                value={draft.objective}
                onChange={(event) => set({ objective: event.target.value })}
              />
              <ProblemText text={problemOf('objective')} />
            </>
          )}
        </FormRow>
        <FormRow name="Over">
          {(id) => (
            <SelectField
              {...{ id }}
              className="w-full"
              value={draft.window}
              onChange={(event) => set({ window: event.target.value as SloDraft['window'] })}
            >
              {SloWindow.options.map((window) => (
                <option key={window} value={window}>
                  {window === 'CALENDAR_MONTH'
                    ? 'the calendar month'
                    : `the last ${Number.parseInt(window, 10)} days`}
                </option>
              ))}
            </SelectField>
          )}
        </FormRow>
        <FormRow name="Team (optional)">
          {(id) => (
            <TextField
              {...{ id }}
              className="w-full"
              value={draft.team}
              onChange={(event) => set({ team: event.target.value })}
            />
          )}
        </FormRow>
        <FormRow name="Runbook (optional)">
          {(id) => (
            <TextField
              {...{ id }}
              className="w-full"
              placeholder="https://…"
              value={draft.runbook}
              onChange={(event) => set({ runbook: event.target.value })}
            />
          )}
        </FormRow>
      </div>
      <label className="flex items-center gap-2">
        <input
          type="checkbox"
          checked={draft.alerts}
          onChange={(event) => set({ alerts: event.target.checked })}
        />
        Alert when the budget burns too fast
      </label>
      {rest !== undefined && rest !== null && (
        <Failure error={rest} advice={refusedFor(rest, 'slos:write')} />
      )}
      {check.data && <CheckResult view={check.data} />}
      <div className="flex flex-wrap justify-end gap-2">
        <Link
          to={slo ? '/slos/$id' : '/slos'}
          params={{ id: slo?.id ?? '' }}
          className={buttonStyle({ look: 'quiet' })}
        >
          Cancel
        </Link>
        <Button disabled={isBusy} onClick={withInput((body) => check.mutate(body))}>
          {check.isPending ? 'Trying…' : 'Try it'}
        </Button>
        <Button type="submit" look="strong" disabled={isBusy}>
          {save.isPending ? 'Saving…' : slo ? 'Save' : 'Set it'}
        </Button>
      </div>
    </form>
  )
}
