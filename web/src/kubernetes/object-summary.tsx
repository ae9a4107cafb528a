import { Failure } from '../ui/failure.tsx'
import { formatBytes, formatNumber, missing } from '../ui/format.ts'
import { Moment } from '../ui/moment.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { ContainerList } from './container-list.tsx'
import { ObjectButton } from './object-button.tsx'
import type { ObjectPartProps } from './object-part.ts'
import { OwnedPods } from './owned-pods.tsx'
import { StatusText } from './status-text.tsx'
import { usePod } from './use-inside.ts'

export function ObjectSummary(props: ObjectPartProps) {
  return props.object.kind === 'Pod' ? <PodFacts {...props} /> : <OwnedPods {...props} />
}

function PodFacts({ clusterId, object, at, change }: ObjectPartProps) {
  const { data: pod, error, refetch } = usePod(clusterId, object, at)
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (pod === undefined) return <SkeletonRows rows={6} />
  if (pod === null)
    return (
      <p className="text-ink-soft">
        This pod is not there {at ? 'at that time' : 'any more'}. What is remembered of it stands under
        Changes, Logs and Fields.
      </p>
    )
  return (
    <>
      <dl className="mb-4 grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 sm:grid-cols-[auto_minmax(0,1fr)_auto_minmax(0,1fr)] [&_dt]:text-ink-mute">
        <dt>Status</dt>
        <dd>
          <StatusText status={pod.status} />
        </dd>
        <dt>Ready</dt>
        <dd>
          {pod.ready} of {pod.total}, {pod.restarts} restarts
        </dd>
        <dt>Node</dt>
        <dd>
          {pod.node === null ? (
            'none yet'
          ) : (
            <ObjectButton
              object={{ kind: 'Node', namespace: '', name: pod.node }}
              change={change}
              className="text-accent"
            />
          )}
        </dd>
        <dt>Owner</dt>
        <dd className="min-w-0">
          {pod.owner ? (
            <ObjectButton object={pod.owner} change={change} className="text-accent">
              {pod.owner.kind} {pod.owner.name}
            </ObjectButton>
          ) : (
            'none'
          )}
        </dd>
        <dt>Usage</dt>
        <dd>
          {pod.usage
            ? `${formatNumber(pod.usage.cpu_cores)} cores, ${formatBytes(pod.usage.memory_bytes)}`
            : 'the cluster does not measure it'}
        </dd>
        <dt>QoS class</dt>
        <dd>{pod.qos_class ?? missing}</dd>
        <dt>IP</dt>
        <dd>{pod.ip ?? missing}</dd>
        <dt>Created</dt>
        <dd>
          <Moment at={pod.created_at} form="both" />
        </dd>
      </dl>
      <ContainerList containers={pod.containers} />
      {Object.keys(pod.labels).length > 0 && (
        <ul aria-label="Labels" className="mt-4 flex flex-wrap gap-1.5">
          {Object.entries(pod.labels).map(([name, value]) => (
            <li key={name} className="max-w-full break-all rounded border bg-sunken px-1.5 font-mono text-xs">
              {name}={value}
            </li>
          ))}
        </ul>
      )}
    </>
  )
}
