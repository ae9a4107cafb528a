import { className } from '../ui/class-name.ts'
import { formatPercent } from '../ui/format.ts'

type NodeBarProps = {
  label: string
  allocatable: number
  requested: number
  /** Undefined where the cluster does not measure it. */
  used: number | undefined
  format: (value: number) => string
}

const share = (part: number, of: number): number => (of > 0 ? part / of : 0)

/** What is requested of a node as a bar, what is used as a mark on it, both in words beside. */
export function NodeBar({ label, allocatable, requested, used, format }: NodeBarProps) {
  const asked = share(requested, allocatable)
  const words = `${format(requested)} requested${used === undefined ? '' : `, ${format(used)} used`} of ${format(allocatable)}`
  return (
    <div title={`${label}: ${words}`}>
      <p className="flex justify-between gap-2 whitespace-nowrap text-xs">
        <span className="truncate">
          {format(requested)}
          <span className="text-ink-mute"> / {format(allocatable)}</span>
        </span>
        <span className="text-ink-mute">{formatPercent(asked)}</span>
      </p>
      <div role="img" aria-label={`${label}: ${words}`} className="relative h-1.5 rounded-full bg-sunken">
        <div
          className={className(
            'h-full rounded-full',
            asked > 0.95 ? 'bg-critical' : asked > 0.8 ? 'bg-medium' : 'bg-accent',
          )}
          style={{ width: `${Math.min(1, asked) * 100}%` }}
        />
        {used !== undefined && (
          <div
            className="-top-0.5 absolute h-2.5 w-0.5 bg-ink"
            style={{ left: `calc(${Math.min(1, share(used, allocatable)) * 100}% - 1px)` }}
          />
        )}
      </div>
    </div>
  )
}
