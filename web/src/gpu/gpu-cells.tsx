import { formatCount } from '../ui/format.ts'
import { Meter } from '../ui/meter.tsx'

/** A percentage as number and bar; where it is not told, that. */
export function PercentCell({ value, label }: { value: number | null; label: string }) {
  if (value === null) return <NotTold />
  return (
    <span className="flex items-center gap-2">
      <span className="w-10 text-right">{Math.round(value)}&nbsp;%</span>
      <span className="hidden w-14 lg:block">
        <Meter share={value / 100} label={label} />
      </span>
    </span>
  )
}

export function NotTold({ title }: { title?: string | undefined }) {
  return (
    <span className="text-ink-mute" title={title ?? 'This board or this source does not tell it'}>
      not told
    </span>
  )
}

export function UnitCell({ value, unit }: { value: number | null; unit: string }) {
  return value === null ? <NotTold /> : `${formatCount(value)}\u00a0${unit}`
}
