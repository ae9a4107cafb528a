import type { Overview } from '../shell/live-cache.ts'
import { formatBytes, formatPercent, missing } from '../ui/format.ts'
import { Panel } from '../ui/panel.tsx'
import { HostChart } from './host-chart.tsx'

type Host = NonNullable<Overview['host']>

const charts: readonly { key: keyof Host['series']; label: string }[] = [
  { key: 'cpu', label: 'CPU' },
  { key: 'memory', label: 'Memory' },
  { key: 'load', label: 'Load' },
  { key: 'disk_io', label: 'Disk I/O' },
  { key: 'network_io', label: 'Network' },
  { key: 'filesystem', label: 'File systems' },
]

/** The machine the platform runs on, one second at a time. */
export function HostPanel({ host }: { host: Host }) {
  const shown = charts.filter(({ key }) => host.series[key].length > 0)
  return (
    <Panel title="This machine" note={`${host.name} · last 5 minutes, live`} bodyClassName="p-0">
      <div className="grid grid-cols-1 xl:grid-cols-[minmax(0,1fr)_22rem]">
        <div className="grid grid-cols-1 gap-x-6 gap-y-5 p-4 md:grid-cols-2 2xl:grid-cols-3">
          {shown.map(({ key, label }) => (
            <HostChart key={key} label={label} series={host.series[key]} />
          ))}
          {shown.length === 0 && <p className="text-ink-mute">The first readings come within seconds.</p>}
        </div>
        <ProcessTable processes={host.top_processes} />
      </div>
    </Panel>
  )
}

function ProcessTable({ processes }: { processes: Host['top_processes'] }) {
  return (
    <div className="border-t p-4 xl:border-t-0 xl:border-l">
      <table className="w-full table-fixed">
        <caption className="pb-2 text-left font-medium">Top processes</caption>
        <thead>
          <tr className="text-ink-mute text-xs">
            <th scope="col" className="pb-1 text-left font-normal">
              Name
            </th>
            <th scope="col" className="w-16 pb-1 text-right font-normal" title="Share of one CPU core">
              CPU
            </th>
            <th scope="col" className="w-20 pb-1 text-right font-normal">
              Memory
            </th>
          </tr>
        </thead>
        <tbody>
          {processes.slice(0, 12).map((process, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: names repeat, and a row has no state
            <tr key={i} className="border-t">
              <td className="truncate py-1 pr-2" title={process.name}>
                {process.name || missing}
              </td>
              <td className="py-1 text-right">{formatPercent(process.cpu_ratio)}</td>
              <td className="whitespace-nowrap py-1 text-right">{formatBytes(process.memory_bytes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {processes.length === 0 && <p className="text-ink-mute">None reported yet.</p>}
    </div>
  )
}
