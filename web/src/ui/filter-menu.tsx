import { Check, ChevronDown } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { Button } from './button.tsx'

type FilterMenuProps<T extends string> = {
  label: string
  options: readonly T[]
  chosen: readonly T[]
  word: (option: T) => string
  onChange: (chosen: T[]) => void
}

/** Several of a few. None chosen means all. */
export function FilterMenu<T extends string>({ label, options, chosen, word, onChange }: FilterMenuProps<T>) {
  const summary =
    chosen.length === 0 ? '' : chosen.length <= 2 ? chosen.map(word).join(', ') : `${chosen.length} chosen`
  const toggle = (option: T): void =>
    onChange(options.filter((one) => (one === option ? !chosen.includes(one) : chosen.includes(one))))
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>
        <Button className={summary === '' ? '' : 'border-accent text-accent'}>
          {label}
          {summary !== '' && `: ${summary}`}
          <ChevronDown aria-hidden />
        </Button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="start"
          sideOffset={4}
          className="z-50 max-h-[min(24rem,70vh)] min-w-44 overflow-y-auto rounded-lg border border-line-strong bg-raised p-1 shadow-overlay"
        >
          {options.map((option) => (
            <DropdownMenu.CheckboxItem
              key={option}
              checked={chosen.includes(option)}
              onCheckedChange={() => toggle(option)}
              onSelect={(event) => event.preventDefault()}
              className="flex cursor-pointer items-center gap-2 rounded px-2 py-1.5 outline-none data-[highlighted]:bg-sunken"
            >
              <span className="size-4">
                <DropdownMenu.ItemIndicator>
                  <Check aria-hidden className="size-4 text-accent" />
                </DropdownMenu.ItemIndicator>
              </span>
              {word(option)}
            </DropdownMenu.CheckboxItem>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
