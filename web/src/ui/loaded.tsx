import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Failure } from './failure.tsx'
import { SkeletonRows } from './skeleton.tsx'

/** Around one answer: waiting, failed, there; what was there stays under a later failure. */
export function Loaded<T>({
  query,
  children,
}: {
  query: UseQueryResult<T>
  children: (data: T) => ReactNode
}) {
  const { data, error, refetch } = query
  return (
    <>
      {error && <Failure error={error} onRetry={() => void refetch()} className="m-3" />}
      {data === undefined && !error && (
        <div className="p-3">
          <SkeletonRows rows={8} />
        </div>
      )}
      {data !== undefined && children(data)}
    </>
  )
}
