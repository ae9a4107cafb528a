import { RadioGroup } from 'radix-ui'
import { className } from '../ui/class-name.ts'

type ChoiceListProps<T extends string> = {
  label: string
  value: T
  onChange: (value: T) => void
  choices: readonly { value: T; title: string; note: string }[]
  columns?: string
}

/** One of a few, each with what it means. */
export function ChoiceList<T extends string>({
  label,
  value,
  onChange,
  choices,
  columns,
}: ChoiceListProps<T>) {
  return (
    <RadioGroup.Root
      aria-label={label}
      value={value}
      onValueChange={(next) => onChange(next as T)}
      className={className('grid gap-2', columns ?? 'sm:grid-cols-3')}
    >
      {choices.map((choice) => (
        <RadioGroup.Item
          key={choice.value}
          value={choice.value}
          className="flex flex-col items-start rounded-md border border-line-strong px-3 py-2 text-left hover:bg-sunken data-[state=checked]:border-accent data-[state=checked]:bg-accent-soft"
        >
          <span className="block font-medium">{choice.title}</span>
          <span className="block text-ink-soft text-xs">{choice.note}</span>
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  )
}
