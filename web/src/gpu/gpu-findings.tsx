import type { Finding } from '@aiops/contract/model/finding'
import { FindingTitle } from '../finding/finding-title.tsx'
import { useAreaFindings } from '../finding/use-finding.ts'
import { Failure } from '../ui/failure.tsx'
import { FindingCard } from '../ui/finding-card.tsx'
import { type GpuRow, gpuObjectName } from './gpu-row.ts'

/** Open findings of one GPU, and those of its node that concern its GPUs. */
export function GpuFindings({ row: { node, gpu } }: { row: GpuRow }) {
  // A search for the node finds its own and all of its GPUs': each of them is named after it.
  const { data, error, refetch } = useAreaFindings('GPU', [node.cluster_id], node.node_name, 1)
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} />
  const name = gpuObjectName(node, gpu)
  const own = (data?.items ?? []).filter(({ object }) => object.kind === 'GPU' && object.name === name)
  const shared = (data?.items ?? []).filter(
    ({ object }) => object.kind === 'Node' && object.name === node.node_name,
  )
  return (
    <section aria-label="Findings">
      <h3 className="mb-1 font-semibold">Findings</h3>
      {data && own.length === 0 && <p className="text-ink-mute">None of this GPU.</p>}
      <Cards findings={own} />
      {shared.length > 0 && <p className="mt-3 mb-1 text-ink-mute text-xs">Of its node</p>}
      <Cards findings={shared} />
    </section>
  )
}

function Cards({ findings }: { findings: readonly Finding[] }) {
  if (findings.length === 0) return null
  return (
    <div className="divide-y rounded-lg border">
      {findings.map((finding) => (
        <FindingCard
          key={finding.id}
          finding={finding}
          title={<FindingTitle finding={finding} />}
          open={findings.length <= 2}
        />
      ))}
    </div>
  )
}
