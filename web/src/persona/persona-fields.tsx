import type { PersonaInput } from '@aiops/contract/model/persona'
import type { ReactNode } from 'react'
import { TextArea, TextField } from '../ui/field.tsx'
import { FormRow } from '../ui/form-row.tsx'
import { ProblemText } from '../ui/problem-text.tsx'
import { iconNames, PersonaIcon } from './persona-icon.tsx'
import { focuses, focusWords } from './persona-word.ts'

export function FormSection({
  title,
  note,
  children,
}: {
  title: string
  note?: string
  children: ReactNode
}) {
  return (
    <fieldset className="min-w-0 space-y-2">
      <legend className="font-semibold">{title}</legend>
      {note !== undefined && <p className="text-ink-mute text-xs">{note}</p>}
      {children}
    </fieldset>
  )
}

type NameFieldsProps = {
  draft: PersonaInput
  isNew: boolean
  onChange: (part: Partial<PersonaInput>) => void
  problems: ReadonlyMap<string, string>
}

/** Its name, id, description, icon, and whether others may use it. */
export function NameFields({ draft, isNew, onChange, problems }: NameFieldsProps) {
  return (
    <div className="space-y-4">
      <div className="grid gap-4 sm:grid-cols-2">
        <FormRow name="Name">
          {(id) => (
            <>
              <TextField
                {...{ id, value: draft.name, maxLength: 100, className: 'w-full' }}
                onChange={(event) => onChange({ name: event.target.value })}
              />
              <ProblemText text={problems.get('name')} />
            </>
          )}
        </FormRow>
        <FormRow name="Id" hint={isNew ? 'What programs call it; it stays.' : 'The id stays.'}>
          {(id) => (
            <>
              <TextField
                {...{ id, value: draft.id, maxLength: 32, className: 'w-full font-mono', disabled: !isNew }}
                onChange={(event) => onChange({ id: event.target.value })}
              />
              <ProblemText text={problems.get('id')} />
            </>
          )}
        </FormRow>
      </div>
      <FormRow name="Description" hint="Whom one asks, in a sentence.">
        {(id) => (
          <TextArea
            {...{ id, value: draft.description, maxLength: 1_000 }}
            onChange={(event) => onChange({ description: event.target.value })}
          />
        )}
      </FormRow>
      <fieldset>
        <legend className="mb-1 font-medium">Icon</legend>
        <div className="flex flex-wrap gap-1">
          {iconNames.map((name) => (
            <button
              key={name}
              type="button"
              aria-pressed={draft.icon === name}
              aria-label={name}
              title={name}
              onClick={() => onChange({ icon: name })}
              className="rounded-md border p-1.5 hover:bg-sunken aria-pressed:border-accent aria-pressed:bg-accent-soft"
            >
              <PersonaIcon name={name} />
            </button>
          ))}
        </div>
      </fieldset>
      <label className="flex items-start gap-2.5">
        <input
          type="checkbox"
          checked={draft.shared}
          onChange={(event) => onChange({ shared: event.target.checked })}
          className="mt-1 accent-(--accent)"
        />
        <span>
          <span className="font-medium">Shared</span>
          <span className="block text-ink-mute text-xs">
            Others of this tenant may ask it too; only you can change it.
          </span>
        </span>
      </label>
    </div>
  )
}

type Focus = PersonaInput['focus']

export function FocusField({ chosen, onChange }: { chosen: Focus; onChange: (focus: Focus) => void }) {
  return (
    <div className="flex flex-wrap gap-1.5">
      {focuses.map((one) => (
        <button
          key={one}
          type="button"
          aria-pressed={chosen.includes(one)}
          onClick={() =>
            onChange(chosen.includes(one) ? chosen.filter((other) => other !== one) : [...chosen, one])
          }
          className="h-8 rounded-full border border-line-strong px-3 text-sm hover:bg-sunken aria-pressed:border-accent aria-pressed:bg-accent-soft aria-pressed:font-medium aria-pressed:text-accent"
        >
          {focusWords[one]}
        </button>
      ))}
    </div>
  )
}
