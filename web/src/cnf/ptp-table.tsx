import type { PtpStatus } from '@aiops/contract/model/cnf'
import { missing } from '../ui/format.ts'
import { Moment } from '../ui/moment.tsx'
import { ScrollRegion } from '../ui/scroll-region.tsx'
import { TableHead } from '../ui/table-head.tsx'
import { sentenceCase } from '../ui/words.ts'
import { OffsetPlot, OffsetScale, toneOf } from './offset-plot.tsx'
import { clockClassWords, offsetText, type PtpLimits, type PtpNode } from './ptp-clock.ts'
import { ClockBadge, StaleBadge } from './state-badge.tsx'

/** Clocks by node. Its grandmaster's loss stands above; here is what it does to each clock. */
export function PtpTable({ nodes, limits }: { nodes: readonly PtpNode[]; limits: PtpLimits }) {
  return (
    <ScrollRegion label="Table of clocks by node">
      <table className="w-full min-w-[66rem]">
        <thead className="text-ink-mute text-xs">
          <tr>
            <TableHead className="w-52 pl-4">Node</TableHead>
            <TableHead className="w-32">State</TableHead>
            <TableHead>Clock</TableHead>
            <TableHead className="w-24 text-right">Offset</TableHead>
            <TableHead className="w-[17rem]">
              <OffsetScale limits={limits} />
            </TableHead>
            <TableHead className="text-right">Delay</TableHead>
            <TableHead>Class</TableHead>
            <TableHead>Role</TableHead>
            <TableHead>Since</TableHead>
          </tr>
        </thead>
        {nodes.map(({ cluster_id, cluster_name, node, clocks }) => (
          <tbody key={`${cluster_id}/${node}`} className="border-t">
            {clocks.map((clock, i) => (
              <Row
                key={`${clock.process} ${clock.interface}`}
                clock={clock}
                limits={limits}
                head={i === 0 ? { node, cluster: cluster_name } : undefined}
              />
            ))}
          </tbody>
        ))}
      </table>
    </ScrollRegion>
  )
}

type RowProps = { clock: PtpStatus; limits: PtpLimits; head: { node: string; cluster: string } | undefined }

function Row({ clock, limits, head }: RowProps) {
  const { offset_ns: offset, clock_class: rank } = clock
  return (
    <tr className="hover:bg-sunken/60">
      <td className="py-1 pr-4 pl-4">
        {head && (
          <>
            <span className="font-medium">{head.node}</span>{' '}
            <span className="text-ink-mute text-xs">{head.cluster}</span>
          </>
        )}
      </td>
      <td className="whitespace-nowrap py-1 pr-4">
        <ClockBadge state={clock.state} /> <StaleBadge at={clock.last_updated} />
      </td>
      <td className="whitespace-nowrap pr-4">
        {clock.process} <span className="text-ink-mute">of</span> {clock.interface}
      </td>
      <td className="whitespace-nowrap pr-4 text-right">
        {offset === null ? (
          <span
            className="text-ink-mute"
            title="The clock has no offset now; a faulty one reports 999999 for it"
          >
            none
          </span>
        ) : (
          <span
            title={clock.max_offset_ns === null ? undefined : `Greatest: ${offsetText(clock.max_offset_ns)}`}
            style={
              Math.abs(offset) > limits.warning ? { color: toneOf(offset, limits), fontWeight: 600 } : {}
            }
          >
            {offsetText(offset)}
          </span>
        )}
      </td>
      <td className="pr-4">
        <OffsetPlot offset={offset} max={clock.max_offset_ns} limits={limits} />
      </td>
      <td className="whitespace-nowrap pr-4 text-right">
        {clock.delay_ns === null ? missing : offsetText(clock.delay_ns).replace('+', '')}
      </td>
      <td className="whitespace-nowrap pr-4">
        {rank === null ? (
          <span className="text-ink-mute" title="Only ptp4l speaks with other clocks and has a class">
            {missing}
          </span>
        ) : (
          <span
            title={clockClassWords[rank] ?? 'no class that the standard names'}
            className={rank === 6 ? '' : 'font-semibold text-medium'}
          >
            {rank}
          </span>
        )}
      </td>
      <td className="whitespace-nowrap pr-4">{clock.role === null ? missing : sentenceCase(clock.role)}</td>
      <td className="whitespace-nowrap pr-4 text-ink-soft">
        {clock.since === null ? (
          <span className="text-ink-mute" title="Longer than it has been watched, or not told">
            not told
          </span>
        ) : (
          <Moment at={clock.since} form="ago" />
        )}
      </td>
    </tr>
  )
}
