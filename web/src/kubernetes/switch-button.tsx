import { Button } from '../ui/button.tsx'

type SwitchButtonProps = {
  on: boolean
  onChange: (on: true | undefined) => void
  children: string
  title?: string
}

/** A filter that is on or off. */
export const SwitchButton = ({ on, onChange, children, title }: SwitchButtonProps) => (
  <Button
    aria-pressed={on}
    title={title}
    onClick={() => onChange(on ? undefined : true)}
    className={on ? 'border-accent bg-accent-soft text-accent' : ''}
  >
    {children}
  </Button>
)
