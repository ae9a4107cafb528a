import { type ReactNode, useId } from 'react'

/** A field with its name above and a word on it below. `children` gets the id that ties them. */
export function FormRow({
  name,
  hint,
  children,
}: {
  name: string
  hint?: ReactNode
  children: (id: string) => ReactNode
}) {
  const id = useId()
  return (
    <div className="min-w-0 space-y-1">
      <label htmlFor={id} className="block font-medium">
        {name}
      </label>
      {children(id)}
      {hint !== undefined && <p className="text-ink-mute text-xs">{hint}</p>}
    </div>
  )
}
