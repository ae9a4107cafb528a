import { useId } from 'react'
import { SelectField } from '../ui/field.tsx'
import { SearchField } from '../ui/search-field.tsx'
import { useServiceNames } from './use-service-names.ts'

/** A list of known services; with none known, free text. */
export function ServiceField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const id = useId()
  const names = useServiceNames()
  if (names.length === 0)
    return <SearchField label="Service name" value={value} onChange={onChange} className="w-48" />
  const known = value === '' || names.includes(value) ? names : [value, ...names]
  return (
    <>
      <label htmlFor={id} className="sr-only">
        Service
      </label>
      <SelectField id={id} value={value} onChange={(event) => onChange(event.target.value)} className="w-44">
        <option value="">All services</option>
        {known.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </SelectField>
    </>
  )
}
