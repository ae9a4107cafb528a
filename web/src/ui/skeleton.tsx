import { className as join } from './class-name.ts'

/** Holds the place of what is loading, so that the page does not jump. */
export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden className={join('animate-pulse rounded-md bg-sunken', className)} />
}

export function SkeletonRows({ rows = 5 }: { rows?: number }) {
  return (
    <div role="status" aria-label="Loading" className="space-y-2">
      {Array.from({ length: rows }, (_, i) => i).map((i) => (
        <Skeleton key={i} className="h-6" />
      ))}
    </div>
  )
}
