import { SelectField, TextArea, TextField } from '../ui/field.tsx'
import { FilterMenu } from '../ui/filter-menu.tsx'
import { FormRow } from '../ui/form-row.tsx'
import { ProblemText } from '../ui/problem-text.tsx'
import type { FormField } from './schema-form.ts'

type ArgumentFieldProps = {
  field: FormField
  value: string | readonly string[] | undefined
  onChange: (value: string | readonly string[]) => void
  problem: string | undefined
}

/** One argument of a tool. */
export function ArgumentField({ field, value, onChange, problem }: ArgumentFieldProps) {
  const hint = [
    field.description,
    notes[field.kind],
    field.usual !== undefined && `Usually ${field.usual}.`,
    boundsText(field),
  ]
    .filter(Boolean)
    .join(' ')
  return (
    <FormRow name={`${field.name}${field.required ? ' *' : ''}`} hint={hint || undefined}>
      {(id) => (
        <>
          <Control id={id} field={field} value={value} onChange={onChange} />
          <ProblemText text={problem} />
        </>
      )}
    </FormRow>
  )
}

const notes: Partial<Record<FormField['kind'], string>> = {
  TEXTS: 'One a line.',
  PAIRS: 'name=value, one a line.',
  JSON: 'As JSON.',
  MOMENT: 'Your local time.',
}

function boundsText({ min, max, kind }: FormField): string {
  if (kind !== 'NUMBER') return ''
  if (min !== undefined && max !== undefined && max < 1e9) return `${min} to ${max}.`
  return min === undefined ? '' : `At least ${min}.`
}

type ControlProps = { id: string } & Pick<ArgumentFieldProps, 'field' | 'value' | 'onChange'>

function Control({ id, field, value, onChange }: ControlProps) {
  const text = typeof value === 'string' ? value : (value?.join('\n') ?? '')
  const change = ({ target }: { target: { value: string } }): void => onChange(target.value)
  const limit = field.maxLength === undefined ? {} : { maxLength: field.maxLength }
  switch (field.kind) {
    case 'CHOICES':
      return (
        <div id={id}>
          <FilterMenu
            label={text === '' ? 'Choose' : 'Chosen'}
            options={field.options}
            chosen={typeof value === 'string' ? [value] : (value ?? [])}
            word={(one) => one}
            onChange={onChange}
          />
        </div>
      )
    case 'CHOICE':
    case 'BOOLEAN':
      return (
        <SelectField {...{ id, value: text, className: 'w-full' }} onChange={change}>
          <option value="">not given</option>
          {(field.kind === 'BOOLEAN' ? ['true', 'false'] : field.options).map((option) => (
            <option key={option} value={option}>
              {field.kind === 'BOOLEAN' ? (option === 'true' ? 'yes' : 'no') : option}
            </option>
          ))}
        </SelectField>
      )
    case 'LONG_TEXT':
    case 'TEXTS':
    case 'PAIRS':
    case 'JSON':
      return (
        <TextArea
          {...{ id, value: text, ...(field.kind === 'LONG_TEXT' ? limit : {}) }}
          spellCheck={false}
          rows={field.kind === 'TEXTS' ? 1 : 2}
          className="min-h-8 font-mono text-xs"
          onChange={change}
        />
      )
    case 'MOMENT':
      return (
        <TextField
          {...{ id, value: text, step: 1, className: 'w-full' }}
          type="datetime-local"
          onChange={change}
        />
      )
    default:
      return (
        <TextField
          {...{ id, value: text, className: 'w-full', ...limit }}
          inputMode={field.kind === 'NUMBER' ? 'decimal' : 'text'}
          placeholder={field.usual}
          onChange={change}
        />
      )
  }
}
