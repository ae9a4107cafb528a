import { Link } from '@tanstack/react-router'
import { Cpu } from 'lucide-react'
import { Empty } from '../ui/empty.tsx'
import { formatBytes, missing } from '../ui/format.ts'
import { ScrollRegion } from '../ui/scroll-region.tsx'
import { TableHead } from '../ui/table-head.tsx'
import { sentenceCase } from '../ui/words.ts'
import { NotTold } from './gpu-cells.tsx'
import type { ProcessRow } from './gpu-row.ts'

/** What runs on GPUs, most memory first. `at` is left out where all are of one GPU. */
export function ProcessTable({ rows, bare = false }: { rows: readonly ProcessRow[]; bare?: boolean }) {
  return (
    <ScrollRegion label="Table of processes">
      <table className="w-full min-w-[40rem]">
        <thead className="text-ink-mute text-xs">
          <tr>
            <TableHead className="pl-4">Process</TableHead>
            <TableHead className="text-right">PID</TableHead>
            <TableHead className="text-right">Memory</TableHead>
            <TableHead>Type</TableHead>
            <TableHead>Pod</TableHead>
            {!bare && <TableHead>GPU</TableHead>}
            {!bare && <TableHead>Cluster</TableHead>}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ row: { key, node, gpu }, process }) => (
            <tr key={`${key} ${process.pid} ${process.process_name}`} className="border-t hover:bg-sunken/60">
              <td className="break-all py-1.5 pr-4 pl-4 font-mono text-xs">{process.process_name}</td>
              <td className="pr-4 text-right">{process.pid}</td>
              <td className="whitespace-nowrap pr-4 text-right">
                {process.used_memory_mb === null ? (
                  <NotTold />
                ) : (
                  formatBytes(process.used_memory_mb * 1_048_576)
                )}
              </td>
              <td className="pr-4">{sentenceCase(process.type)}</td>
              <td className="max-w-72 truncate pr-4" title={process.pod ?? undefined}>
                {process.pod === null ? missing : `${process.namespace ?? ''}/${process.pod}`}
              </td>
              {!bare && (
                <td className="whitespace-nowrap pr-4">
                  <Link
                    from="/gpu"
                    to="/gpu"
                    search={(old) => ({ ...old, gpu: key })}
                    resetScroll={false}
                    className="font-medium hover:underline"
                  >
                    {node.node_name} <span className="text-ink-mute">GPU</span> {gpu.index}
                  </Link>
                </td>
              )}
              {!bare && <td className="pr-4">{node.cluster_name}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  )
}

export function NoProcess() {
  return (
    <Empty icon={Cpu} title="No process is told of">
      Processes are told by nvidia-smi alone, asked in the pods of <Code>nvidia-driver-daemonset</Code> where
      no DCGM exporter tells of the node and the platform may <Code>create</Code> <Code>pods/exec</Code>{' '}
      there.
    </Empty>
  )
}

const Code = ({ children }: { children: string }) => (
  <code className="break-words font-mono text-xs">{children}</code>
)
