import { CalendarClock } from 'lucide-react'
import { type FormEvent, useId, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { fieldText } from '../ui/clock-text.ts'
import { TextField } from '../ui/field.tsx'
import { Popover } from '../ui/popover.tsx'
import { type Range, rangeBounds, typedRange } from './range.ts'

type CustomRangeProps = { range: Range; onRange: (range: { from: number; to: number }) => void }

/** Any two moments, as people write them down: last night, the hour before the page. */
export function CustomRange({ range, onRange }: CustomRangeProps) {
  const [open, setOpen] = useState(false)
  const trigger = (
    <Button aria-label="Choose from and to" title="Choose from and to" size="icon">
      <CalendarClock aria-hidden />
    </Button>
  )
  return (
    <Popover trigger={trigger} label="From and to" open={open} onOpenChange={setOpen}>
      {open && (
        <RangeForm
          range={range}
          onRange={(chosen) => {
            setOpen(false)
            onRange(chosen)
          }}
        />
      )}
    </Popover>
  )
}

/** Begins with what is shown now. */
function RangeForm({ range, onRange }: CustomRangeProps) {
  const id = useId()
  const [typed, setTyped] = useState(() => {
    const { from, to } = rangeBounds(range, Date.now())
    return { from: fieldText(from), to: fieldText(to) }
  })
  const [problem, setProblem] = useState('')
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    const read = typedRange(typed.from, typed.to, Date.now())
    if ('problem' in read) setProblem(read.problem)
    else onRange(read.range)
  }
  return (
    <form onSubmit={submit} noValidate className="grid grid-cols-[auto_1fr] items-center gap-x-3 gap-y-2">
      {(['from', 'to'] as const).map((end) => (
        <div key={end} className="contents">
          <label htmlFor={`${id}-${end}`}>{end === 'from' ? 'From' : 'To'}</label>
          <TextField
            id={`${id}-${end}`}
            type="datetime-local"
            step={1}
            value={typed[end]}
            aria-invalid={problem !== ''}
            onChange={(event) => setTyped({ ...typed, [end]: event.target.value })}
          />
        </div>
      ))}
      <p role={problem === '' ? undefined : 'alert'} className="col-span-2 text-ink-mute text-xs">
        {problem === '' ? (
          `Local time (${Intl.DateTimeFormat().resolvedOptions().timeZone}).`
        ) : (
          <span className="text-critical">{problem}</span>
        )}
      </p>
      <Button type="submit" look="strong" className="col-span-2 justify-self-end">
        Show this range
      </Button>
    </form>
  )
}
