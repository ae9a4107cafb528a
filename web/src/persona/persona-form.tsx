import type { Persona, PersonaInput } from '@aiops/contract/model/persona'
import { useState } from 'react'
import { ChoiceList } from '../cluster/choice-list.tsx'
import { Button } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { TextArea } from '../ui/field.tsx'
import { ProblemText } from '../ui/problem-text.tsx'
import { serverProblems } from '../ui/server-problem.ts'
import { draftProblems, idFor } from './persona-draft.ts'
import { FocusField, FormSection, NameFields } from './persona-fields.tsx'
import { depths, voices } from './persona-word.ts'
import { ToolPicker } from './tool-picker.tsx'
import { usePersonaActions } from './use-personas.ts'
import { WeightFields } from './weight-fields.tsx'

const fields = ['name', 'id', 'description', 'capabilities', 'evidence_weights', 'system_prompt', 'icon']

type PersonaFormProps = {
  /** What it begins with; `isNew` where it is not stored yet. */
  first: PersonaInput
  isNew: boolean
  /** Ids that others have. */
  taken: readonly string[]
  onCancel: () => void
  onSaved: (persona: Persona) => void
}

export function PersonaForm({ first, isNew, taken, onCancel, onSaved }: PersonaFormProps) {
  const [draft, setDraft] = useState(first)
  const [tried, setTried] = useState(false)
  const [typed, setTyped] = useState(false)
  const actions = usePersonaActions()
  const save = isNew ? actions.create : actions.update
  const change = (part: Partial<PersonaInput>): void => {
    if (part.id !== undefined) setTyped(true)
    // The id follows the name until it is typed.
    const id = isNew && !typed && part.name !== undefined ? { id: idFor(part.name, taken) } : {}
    setDraft((old) => ({ ...old, ...id, ...part }))
  }
  const own = draftProblems(draft, isNew ? taken : [])
  const { byField, rest } = serverProblems(save.error, fields)
  const problems = tried ? new Map([...byField, ...own]) : byField
  return (
    <form
      className="space-y-6"
      onSubmit={(event) => {
        event.preventDefault()
        setTried(true)
        if (own.size === 0 && !save.isPending)
          save.mutate({ ...draft, name: draft.name.trim() }, { onSuccess: onSaved })
      }}
    >
      <NameFields draft={draft} isNew={isNew} onChange={change} problems={problems} />
      <FormSection title="Tools" note="What it may look at. A tool that is not chosen is never called.">
        <ToolPicker chosen={draft.capabilities} onChange={(capabilities) => change({ capabilities })} />
        <ProblemText text={problems.get('capabilities')} />
      </FormSection>
      <FormSection title="Also looks at" note="Areas beside what was asked for.">
        <FocusField chosen={draft.focus} onChange={(focus) => change({ focus })} />
      </FormSection>
      <FormSection
        title="Evidence"
        note="What is said first, and what goes into the small prompt of a small model. × 1 is as usual."
      >
        <WeightFields
          weights={draft.evidence_weights}
          onChange={(evidence_weights) => change({ evidence_weights })}
        />
      </FormSection>
      <FormSection title="Depth">
        <ChoiceList
          label="Depth"
          value={draft.depth}
          onChange={(depth) => change({ depth })}
          choices={depths}
        />
      </FormSection>
      <FormSection title="Voice">
        <ChoiceList
          label="Voice"
          value={draft.voice}
          onChange={(voice) => change({ voice })}
          choices={voices}
        />
      </FormSection>
      <FormSection
        title="System prompt"
        note="Only for language models: they are told it before the question. Answers by rule do not use it."
      >
        <TextArea
          aria-label="System prompt"
          className="min-h-32"
          value={draft.system_prompt}
          maxLength={8_000}
          onChange={(event) => change({ system_prompt: event.target.value })}
        />
        <ProblemText text={problems.get('system_prompt')} />
      </FormSection>
      {rest !== undefined && <Failure error={rest} />}
      {tried && own.size > 0 && <ProblemText text="Something above is not complete yet." />}
      <div className="sticky -bottom-4 flex justify-end gap-2 border-t bg-surface py-3">
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" look="strong" disabled={save.isPending}>
          {save.isPending ? 'Saving…' : isNew ? 'Create' : 'Save'}
        </Button>
      </div>
    </form>
  )
}
