import { Failure } from '../ui/failure.tsx'
import { Moment } from '../ui/moment.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { ChangeRows } from './change-list.tsx'
import type { ObjectPartProps } from './object-part.ts'
import { writeObject } from './tab-search.ts'
import { useClusterChanges } from './use-inside.ts'

export function ObjectChanges({ clusterId, object }: ObjectPartProps) {
  const { data, error, refetch } = useClusterChanges(clusterId, object, undefined)
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <SkeletonRows rows={5} />
  return (
    <>
      <p className="mb-2 text-ink-mute text-xs">
        Remembered since <Moment at={data.since} form="both" />
      </p>
      {data.changes.length === 0 ? (
        <p className="text-ink-soft">It has not changed since then.</p>
      ) : (
        <ChangeRows changes={data.changes} own={writeObject(object)} />
      )}
    </>
  )
}
