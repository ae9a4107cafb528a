import { TextField } from '../ui/field.tsx'

type SecretFieldProps = { id: string; value: string; onChange: (value: string) => void; placeholder?: string }

/** Shown as dots, and no browser or password manager is asked to keep it. */
export function SecretField({ id, value, onChange, placeholder }: SecretFieldProps) {
  return (
    <TextField
      id={id}
      type="password"
      autoComplete="off"
      data-1p-ignore
      data-lpignore="true"
      value={value}
      maxLength={65_536}
      placeholder={placeholder}
      onChange={(event) => onChange(event.target.value)}
      className="w-full font-mono text-xs"
    />
  )
}
