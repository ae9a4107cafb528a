import { Check } from 'lucide-react'
import { Checkbox } from 'radix-ui'

type CheckMarkProps = {
  checked: boolean
  onChange: (checked: boolean) => void
  label?: string
  id?: string
  disabled?: boolean
}

export function CheckMark({ checked, onChange, label, id, disabled }: CheckMarkProps) {
  return (
    <Checkbox.Root
      id={id}
      checked={checked}
      disabled={disabled}
      onCheckedChange={(next) => onChange(next === true)}
      aria-label={label}
      className="relative flex size-4 pointer-coarse:size-6 before:absolute before:-inset-1.5 shrink-0 items-center justify-center rounded border border-ink-mute bg-surface data-[state=checked]:border-accent data-[state=checked]:bg-accent disabled:opacity-40"
    >
      <Checkbox.Indicator>
        <Check aria-hidden className="size-3 text-accent-ink" strokeWidth={3} />
      </Checkbox.Indicator>
    </Checkbox.Root>
  )
}
