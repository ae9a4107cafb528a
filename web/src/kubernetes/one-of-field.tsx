import { SelectField } from '../ui/field.tsx'

type OneOfFieldProps = {
  label: string
  /** Where none is chosen. */
  all: string
  values: readonly string[]
  value: string | undefined
  onChange: (value: string | undefined) => void
}

/** One of some values, or all; a value of the address that is not among them is shown all the same. */
export function OneOfField({ label, all, values, value, onChange }: OneOfFieldProps) {
  return (
    <SelectField
      aria-label={label}
      value={value ?? ''}
      onChange={(event) => onChange(event.target.value || undefined)}
    >
      <option value="">{all}</option>
      {[...new Set([...values, ...(value ? [value] : [])])].map((one) => (
        <option key={one}>{one}</option>
      ))}
    </SelectField>
  )
}
