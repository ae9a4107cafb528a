import { className as join } from './class-name.ts'

/** A share of one as a bar. The number itself must stand beside it in text. */
export function Meter({ share, label, className }: { share: number; label: string; className?: string }) {
  const percent = Math.max(0, Math.min(1, share)) * 100
  return (
    // biome-ignore lint/a11y/useSemanticElements: browsers let nobody style <meter> alike
    <div
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(percent)}
      className="h-1.5 w-full overflow-hidden rounded-full bg-sunken"
    >
      <div className={join('h-full rounded-full bg-accent', className)} style={{ width: `${percent}%` }} />
    </div>
  )
}
