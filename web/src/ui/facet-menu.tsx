import { ChevronDown } from 'lucide-react'
import { Popover } from 'radix-ui'
import { useState } from 'react'
import { Button } from './button.tsx'
import { TextField } from './field.tsx'
import { formatCount } from './format.ts'

export type FacetOption = { value: string; word: string; count?: number }

type FacetMenuProps = {
  label: string
  options: readonly FacetOption[]
  chosen: readonly string[]
  onChange: (chosen: string[]) => void
}

/** From so many options on they are searched. */
const searchedFrom = 12
const shownMax = 200

/** Several of many, each with how many things have it where that is known. None chosen means all. */
export function FacetMenu({ label, options, chosen, onChange }: FacetMenuProps) {
  const [text, setText] = useState('')
  const wordOf = (value: string): string => options.find((one) => one.value === value)?.word ?? value
  const summary = chosen.length > 2 ? `${chosen.length} chosen` : chosen.map(wordOf).join(', ')
  const found = options.filter(({ word }) => word.toLowerCase().includes(text.toLowerCase()))
  const toggle = (value: string): void =>
    onChange(chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value])
  return (
    <Popover.Root onOpenChange={() => setText('')}>
      <Popover.Trigger asChild>
        <Button className={summary === '' ? '' : 'max-w-64 border-accent text-accent'}>
          <span className="truncate">
            {label}
            {summary !== '' && `: ${summary}`}
          </span>
          <ChevronDown aria-hidden />
        </Button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="start"
          sideOffset={4}
          collisionPadding={12}
          aria-label={label}
          className="z-50 flex max-h-[min(26rem,70vh)] w-72 flex-col rounded-lg border border-line-strong bg-raised p-1 text-sm shadow-overlay outline-none"
        >
          {options.length > searchedFrom && (
            <TextField
              type="search"
              aria-label={`Search ${label.toLowerCase()}`}
              placeholder={`Search ${label.toLowerCase()}`}
              value={text}
              onChange={(event) => setText(event.target.value)}
              className="m-1 shrink-0"
            />
          )}
          <div className="min-h-0 overflow-y-auto">
            {found.slice(0, shownMax).map(({ value, word, count }) => (
              <label
                key={value}
                className="flex cursor-pointer items-center gap-2 rounded px-2 py-1.5 focus-within:bg-sunken hover:bg-sunken"
              >
                <input
                  type="checkbox"
                  checked={chosen.includes(value)}
                  onChange={() => toggle(value)}
                  className="accent-(--accent)"
                />
                <span className="min-w-0 flex-1 truncate" title={word}>
                  {word}
                </span>
                {count !== undefined && <span className="text-ink-mute text-xs">{formatCount(count)}</span>}
              </label>
            ))}
            {found.length === 0 && <p className="px-2 py-1.5 text-ink-mute">Nothing has this name.</p>}
            {found.length > shownMax && (
              <p className="px-2 py-1.5 text-ink-mute text-xs">
                {found.length - shownMax} more: search by name.
              </p>
            )}
          </div>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}
