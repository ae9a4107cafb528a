import { Search } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { className as join } from './class-name.ts'
import { TextField } from './field.tsx'

type SearchFieldProps = {
  label: string
  placeholder?: string
  value: string
  onChange: (value: string) => void
  className?: string
  mono?: boolean
}

/** A text filter that lives in the address: it tells the page when typing rests, and follows the back button. */
export function SearchField({
  label,
  placeholder,
  value,
  onChange,
  className,
  mono = false,
}: SearchFieldProps) {
  const [typed, setTyped] = useState(value)
  const told = useRef(value)
  const tell = useRef(onChange)
  tell.current = onChange
  useEffect(() => {
    if (value === told.current) return
    told.current = value
    setTyped(value)
  }, [value])
  useEffect(() => {
    if (typed === told.current) return
    const timer = setTimeout(() => {
      told.current = typed
      tell.current(typed)
    }, 250)
    return () => clearTimeout(timer)
  }, [typed])
  return (
    <div className={join('relative min-w-0', className)}>
      <Search
        aria-hidden
        className="-translate-y-1/2 pointer-events-none absolute top-1/2 left-2.5 size-4 text-ink-mute"
      />
      <TextField
        type="search"
        aria-label={label}
        placeholder={placeholder ?? label}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        className={join('w-full pl-8', mono && 'font-mono text-xs')}
      />
    </div>
  )
}
