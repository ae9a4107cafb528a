import { CorrelationAction, type CorrelationRule } from '@aiops/contract/model/correlation-rule'
import { type FormEvent, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { SelectField, TextArea, TextField } from '../ui/field.tsx'
import { FormRow } from '../ui/form-row.tsx'
import { ProblemText } from '../ui/problem-text.tsx'
import { refusedFor } from '../ui/refused-for.ts'
import { serverProblems } from '../ui/server-problem.ts'
import { actionLooks } from './action-look.ts'
import { asks, draftOf, draftProblems, inputOf, type RuleDraft } from './rule-draft.ts'
import { RulePreview } from './rule-preview.tsx'
import { useRuleActions } from './use-correlation.ts'

const fields = ['name', 'order', 'when', 'action', 'by', 'source_when', 'route', 'comment']

/** Which signals, and what becomes of them; tried on the alerts of the last day before it is set. */
export function RuleForm({
  rule,
  onDone,
}: {
  rule: CorrelationRule | undefined
  /** With the rule where one was set. */
  onDone: (saved?: CorrelationRule) => void
}) {
  const [draft, setDraft] = useState(() => draftOf(rule))
  const [tried, setTried] = useState(false)
  const { save, preview } = useRuleActions()
  const own = draftProblems(draft)
  const { byField, rest } = serverProblems(save.error ?? preview.error, fields)
  const problem = (name: string) => (
    <ProblemText text={(tried ? own.get(name) : undefined) ?? byField.get(name)} />
  )
  const set = (part: Partial<RuleDraft>): void => {
    setDraft((old) => ({ ...old, ...part }))
    preview.reset()
    save.reset()
  }
  const when = (then: () => void) => (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (own.size === 0) then()
  }
  const line =
    (key: 'name' | 'order' | 'by' | 'route' | 'comment', field: string = key) =>
    (id: string) => (
      <>
        <TextField
          {...{ id }}
          className="w-full"
          value={draft[key]}
          onChange={(event) => set({ [key]: event.target.value })}
        />
        {problem(field)}
      </>
    )
  const expression = (key: 'when' | 'sourceWhen', field: string, placeholder: string) => (id: string) => (
    <>
      <TextArea
        {...{ id, placeholder }}
        className="font-mono text-xs"
        spellCheck={false}
        value={draft[key]}
        onChange={(event) => set({ [key]: event.target.value })}
      />
      {problem(field)}
    </>
  )
  return (
    <form
      className="min-h-0 space-y-3 overflow-y-auto px-5 pt-3 pb-5"
      onSubmit={when(() =>
        save.mutate({ id: rule?.id, body: inputOf(draft) }, { onSuccess: (saved) => onDone(saved) }),
      )}
    >
      <FormRow name="Name">{line('name')}</FormRow>
      <FormRow
        name="Which signals (CEL)"
        hint={
          <>
            labels, annotations, name, severity, entity, service, source, kind. An absent label:{' '}
            <code className="font-mono">labels.get("team") == ""</code>.
          </>
        }
      >
        {expression('when', 'when', 'severity in ["LOW", "INFO"] && labels.get("env") == "staging"')}
      </FormRow>
      <FormRow name="What becomes of them" hint={actionLooks[draft.action].explain}>
        {(id) => (
          <SelectField
            {...{ id }}
            className="w-full"
            value={draft.action}
            onChange={(event) => set({ action: event.target.value as RuleDraft['action'] })}
          >
            {CorrelationAction.options.map((action) => (
              <option key={action} value={action}>
                {actionLooks[action].word}
              </option>
            ))}
          </SelectField>
        )}
      </FormRow>
      {asks.source(draft.action) && (
        <FormRow name="While this fires (CEL)">
          {expression('sourceWhen', 'source_when', 'name == "NodeDown"')}
        </FormRow>
      )}
      {asks.by(draft.action) && <FormRow name="Labels that must be equal">{line('by')}</FormRow>}
      {asks.route(draft.action) && <FormRow name="Team or receiver">{line('route')}</FormRow>}
      <div className="grid gap-3 sm:grid-cols-[10rem_minmax(0,1fr)]">
        <FormRow name="Order" hint="Smaller ones first.">
          {line('order')}
        </FormRow>
        <FormRow name="Why">{line('comment')}</FormRow>
      </div>
      <label className="flex items-center gap-2">
        <input
          type="checkbox"
          className="accent-(--accent)"
          checked={draft.enabled}
          onChange={(event) => set({ enabled: event.target.checked })}
        />
        In use
      </label>
      {preview.data && <RulePreview preview={preview.data} action={draft.action} />}
      {rest ? <Failure error={rest} advice={refusedFor(rest, 'correlation:write')} /> : null}
      <div className="flex flex-wrap justify-end gap-2">
        <Button
          className="mr-auto"
          disabled={preview.isPending}
          onClick={when(() => preview.mutate({ id: rule?.id, rule: inputOf(draft) }))}
        >
          Try on the last day
        </Button>
        <Button onClick={() => onDone()}>Cancel</Button>
        <Button type="submit" look="strong" disabled={save.isPending}>
          {rule ? 'Change' : 'Set'}
        </Button>
      </div>
    </form>
  )
}
