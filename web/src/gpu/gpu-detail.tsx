import { Drawer } from '../ui/drawer.tsx'
import { missing } from '../ui/format.ts'
import { Moment } from '../ui/moment.tsx'
import { GpuFields } from './gpu-fields.tsx'
import { GpuFindings } from './gpu-findings.tsx'
import { GpuHistory } from './gpu-history.tsx'
import { type GpuRow, healthOf, processesOf } from './gpu-row.ts'
import type { HistoryRange } from './gpu-search.ts'
import { GpuHealthMark, StaleMark } from './health-mark.tsx'
import { MigTable } from './mig-table.tsx'
import { ProcessTable } from './process-table.tsx'

type GpuDetailProps = {
  /** Undefined where the address names a GPU that nobody tells of. */
  row: GpuRow | undefined
  gpuKey: string
  range: HistoryRange
  onRange: (range: HistoryRange) => void
  onClose: () => void
}

/** All that is known of one GPU, beside the page. */
export function GpuDetail({ row, gpuKey, range, onRange, onClose }: GpuDetailProps) {
  const uuid = gpuKey.slice(gpuKey.lastIndexOf('/') + 1)
  return (
    <Drawer
      title={row ? `GPU ${row.gpu.index} of ${row.node.node_name}` : uuid}
      note={row ? `${row.gpu.name} · ${row.node.cluster_name}` : 'A GPU that nobody tells of'}
      onClose={onClose}
    >
      <div className="space-y-6">
        {row ? (
          <Body row={row} range={range} onRange={onRange} />
        ) : (
          <p className="text-ink-soft">
            No cluster tells of <code className="break-all font-mono text-xs">{gpuKey}</code>. It may have
            fallen off its bus, its node may be gone, or its exporter is silent; the findings of its node say
            which.
          </p>
        )}
      </div>
    </Drawer>
  )
}

function Body({ row, range, onRange }: { row: GpuRow } & Pick<GpuDetailProps, 'range' | 'onRange'>) {
  const { node, gpu } = row
  const processes = processesOf([row])
  return (
    <>
      <p className="flex flex-wrap items-center gap-x-4 gap-y-1">
        <span className="flex gap-1">
          <GpuHealthMark health={healthOf(node, gpu)} />
          <StaleMark stale={node.stale} />
        </span>
        <span>
          <span className="text-ink-mute">Pod </span>
          {gpu.pod === null
            ? gpu.mig_instances.some(({ pod }) => pod !== null)
              ? 'slices, see below'
              : missing
            : `${gpu.namespace}/${gpu.pod}`}
        </span>
        <span>
          <span className="text-ink-mute">Told by </span>
          {node.source === 'DCGM' ? 'the DCGM exporter' : 'nvidia-smi'},{' '}
          <Moment at={node.last_updated} form="ago" />
        </span>
      </p>
      <GpuFindings row={row} />
      <GpuHistory row={row} range={range} onRange={onRange} />
      <GpuFields row={row} />
      {gpu.mig_instances.length > 0 && <MigTable slices={gpu.mig_instances} />}
      <section aria-label="Processes">
        <h3 className="mb-1 font-semibold">Processes</h3>
        {processes.length > 0 ? (
          <div className="rounded-lg border">
            <ProcessTable rows={processes} bare />
          </div>
        ) : (
          <p className="text-ink-mute">
            {node.source === 'DCGM' ? 'None told of: the DCGM exporter tells of no processes.' : 'None.'}
          </p>
        )}
      </section>
    </>
  )
}
