import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Failure } from './failure.tsx'
import { SkeletonRows } from './skeleton.tsx'

/** Around one answer: waiting, failed, there; what was there stays under a later failure. */
export function Loaded<T>({
  query,
  inset = true,
  children,
}: {
  query: UseQueryResult<T>
  /** Within a panel; false where it stands on the page itself. */
  inset?: boolean
  children: (data: T) => ReactNode
}) {
  const { data, error, refetch } = query
  return (
    <>
      {error && <Failure error={error} onRetry={() => void refetch()} className={inset ? 'm-3' : 'mb-4'} />}
      {data === undefined && !error && (
        <div className="p-3">
          <SkeletonRows rows={8} />
        </div>
      )}
      {data !== undefined && children(data)}
    </>
  )
}
