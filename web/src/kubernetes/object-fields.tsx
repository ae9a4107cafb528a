import { CopyButton } from '../ui/copy-button.tsx'
import { Failure } from '../ui/failure.tsx'
import { Moment } from '../ui/moment.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { fieldText } from './field-text.ts'
import type { ObjectPartProps } from './object-part.ts'
import { useClusterObject } from './use-inside.ts'

/** The fields that are kept of it: what the rules, graphs and lists need. Values of Secrets are none of them. */
export function ObjectFields({ clusterId, object, at }: ObjectPartProps) {
  const { data, error, refetch } = useClusterObject(clusterId, object, at)
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <SkeletonRows rows={10} />
  const { kind, ...fields } = data.object
  if (Object.keys(fields).length === 0)
    return (
      <p className="text-ink-soft">
        It was not there at <Moment at={data.at} form="both" />.
      </p>
    )
  const text = fieldText({ kind, ...fields })
  return (
    <>
      <p className="mb-2 flex items-center gap-2 text-ink-mute text-xs">
        The fields that are kept, as of <Moment at={data.at} form="both" />
        <CopyButton text={text} label="Copy the fields" />
      </p>
      <pre className="overflow-x-auto whitespace-pre-wrap break-words rounded-md border bg-sunken p-3 font-mono text-xs leading-5">
        {text}
      </pre>
    </>
  )
}
