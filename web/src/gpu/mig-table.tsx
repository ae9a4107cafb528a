import type { MigInstance } from '@aiops/contract/model/gpu'
import { formatBytes, formatPercent, missing } from '../ui/format.ts'
import { ScrollRegion } from '../ui/scroll-region.tsx'
import { TableHead } from '../ui/table-head.tsx'
import { NotTold } from './gpu-cells.tsx'

/** Slices of a divided GPU. */
export function MigTable({ slices }: { slices: readonly MigInstance[] }) {
  return (
    <section aria-label="MIG slices">
      <h3 className="mb-1 font-semibold">MIG slices</h3>
      <ScrollRegion label="Table of MIG slices" className="rounded-lg border">
        <table className="w-full min-w-[30rem]">
          <thead className="text-ink-mute text-xs">
            <tr>
              <TableHead className="pl-4">Instance</TableHead>
              <TableHead>Profile</TableHead>
              <TableHead className="text-right">Memory used</TableHead>
              <TableHead className="text-right">Engines at work</TableHead>
              <TableHead>Pod</TableHead>
            </tr>
          </thead>
          <tbody>
            {slices.map((slice) => (
              <tr key={slice.gpu_instance_id} className="border-t">
                <td className="py-1.5 pr-4 pl-4">{slice.gpu_instance_id}</td>
                <td className="pr-4 font-mono text-xs">{slice.profile}</td>
                <td className="pr-4 text-right">
                  {slice.memory_used_mb === null ? (
                    <NotTold />
                  ) : (
                    formatBytes(slice.memory_used_mb * 1_048_576)
                  )}
                </td>
                <td className="pr-4 text-right">
                  {slice.engine_active_ratio === null ? (
                    <NotTold />
                  ) : (
                    formatPercent(slice.engine_active_ratio)
                  )}
                </td>
                <td className="pr-4">
                  {slice.pod === null ? missing : `${slice.namespace ?? ''}/${slice.pod}`}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </section>
  )
}
