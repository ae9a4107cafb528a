import { Server, X } from 'lucide-react'
import { useFleet } from '../cluster/use-fleet.ts'
import { FacetMenu } from '../ui/facet-menu.tsx'
import { Failure } from '../ui/failure.tsx'

type ClusterScopeProps = { chosen: readonly string[]; onChange: (ids: string[]) => void }

/** Clusters that a report is about; none chosen means all. */
export function ClusterScope({ chosen, onChange }: ClusterScopeProps) {
  const { clusters, error, refetch } = useFleet()
  const names = new Map(clusters?.map((one) => [one.id, one.display_name || one.name]))
  const options = (clusters ?? []).map(({ id }) => ({ value: id, word: names.get(id) ?? id }))
  return (
    <div className="space-y-2">
      <div className="flex flex-wrap items-center gap-2">
        <FacetMenu label="Clusters" options={options} chosen={chosen} onChange={onChange} />
        {chosen.length === 0 && <span className="text-ink-mute">all clusters</span>}
        {chosen.map((id) => (
          <button
            key={id}
            type="button"
            onClick={() => onChange(chosen.filter((one) => one !== id))}
            className="inline-flex h-6 max-w-64 items-center gap-1 rounded-full border bg-sunken px-2 text-xs hover:border-line-strong"
          >
            <Server aria-hidden className="size-3 shrink-0" />
            <span className="truncate">{names.get(id) ?? id}</span>
            <X aria-hidden className="size-3 shrink-0" />
            <span className="sr-only">: take out</span>
          </button>
        ))}
      </div>
      {error && <Failure error={error} onRetry={() => void refetch()} />}
    </div>
  )
}
