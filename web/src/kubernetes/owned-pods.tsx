import { Failure } from '../ui/failure.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { counted } from '../ui/words.ts'
import { ObjectButton } from './object-button.tsx'
import type { ObjectPartProps } from './object-part.ts'
import { StatusText } from './status-text.tsx'
import { useOwnedPods } from './use-inside.ts'

/** The pods of a workload or on a node: those of other things are none. */
export function OwnedPods({ clusterId, object, at, change }: ObjectPartProps) {
  const { data, error, refetch } = useOwnedPods(clusterId, object, at)
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <SkeletonRows rows={6} />
  const on = object.kind === 'Node' ? 'on it' : 'of it'
  if (data.total === 0) return <p className="text-ink-soft">There is no pod {on}.</p>
  return (
    <>
      <p className="mb-2 text-ink-mute text-xs">
        {counted(data.total, 'pod')} {on}
        {data.total > data.items.length && `, the first ${data.items.length}`}
      </p>
      <ul className="divide-y rounded-md border">
        {data.items.map((pod) => (
          <li
            key={`${pod.namespace}/${pod.name}`}
            className="flex flex-wrap items-center gap-x-3 px-3 py-1.5"
          >
            <ObjectButton
              object={{ kind: 'Pod', namespace: pod.namespace, name: pod.name }}
              change={change}
            />
            <span className="ml-auto text-ink-soft text-xs">
              {pod.ready}/{pod.total} ready, {counted(pod.restarts, 'restart')}
              {object.kind !== 'Node' && pod.node && `, ${pod.node}`}
            </span>
            <StatusText status={pod.status} />
          </li>
        ))}
      </ul>
    </>
  )
}
