import type { NetworkFlow } from '@aiops/contract/model/kubernetes'
import { useMemo, useState } from 'react'
import { Badge } from '../ui/badge.tsx'
import { SearchField } from '../ui/search-field.tsx'
import { TableHead } from '../ui/table-head.tsx'
import { useNarrow } from '../ui/use-media.ts'
import { VirtualTable } from '../ui/virtual-table.tsx'
import { SwitchButton } from './switch-button.tsx'

/** Each pair of workloads with why. */
export function FlowTable({ flows }: { flows: readonly NetworkFlow[] }) {
  const [text, setText] = useState('')
  const [denied, setDenied] = useState(false)
  const height = useNarrow() ? 84 : 44
  const shown = useMemo(() => {
    const words = text.toLowerCase()
    return flows.filter(
      ({ allowed, source, target, policies }) =>
        !(denied && allowed) &&
        `${source.namespace}/${source.name} ${target.namespace}/${target.name} ${policies.join(' ')}`.includes(
          words,
        ),
    )
  }, [flows, text, denied])
  return (
    <div className="rounded-md border">
      <div className="flex flex-wrap items-center gap-2 border-b p-2">
        <SearchField
          label="Search workload and policy"
          value={text}
          onChange={setText}
          className="w-full sm:w-64"
        />
        <SwitchButton on={denied} onChange={(on) => setDenied(on === true)}>
          Denied only
        </SwitchButton>
        <span className="ml-auto text-ink-mute text-xs">{shown.length} shown</span>
      </div>
      <VirtualTable
        label={`${shown.length} connections`}
        count={shown.length}
        rowHeight={height}
        resetKey={`${text} ${denied}`}
        className="max-h-96"
        head={
          <tr>
            <TableHead className="w-24 pl-3">Verdict</TableHead>
            <TableHead className="w-[24%]">From</TableHead>
            <TableHead className="w-[24%]">To</TableHead>
            <TableHead className="hidden w-28 lg:table-cell">Ports</TableHead>
            <TableHead>Why</TableHead>
          </tr>
        }
        row={(index) => {
          const flow = shown[index]
          return (
            flow && (
              <tr
                key={`${flow.source.kind} ${flow.source.namespace}/${flow.source.name} ${flow.target.kind} ${flow.target.namespace}/${flow.target.name}`}
                style={{ height }}
                className="overflow-hidden border-b max-md:grid max-md:grid-cols-[auto_minmax(0,1fr)] max-md:content-center max-md:gap-x-2 max-md:px-3 md:table-row"
              >
                <td className="md:pl-3">
                  <Badge tone={flow.allowed ? 'ok' : 'critical'}>{flow.allowed ? 'Allowed' : 'Denied'}</Badge>
                </td>
                <FlowEnd object={flow.source} />
                <FlowEnd object={flow.target} />
                <td className="hidden truncate pr-3 lg:table-cell">
                  {flow.allowed ? flow.ports.join(', ') || 'all' : ''}
                </td>
                <td
                  className="min-w-0 max-md:col-span-2 md:pr-3"
                  title={[flow.reason, ...flow.policies].join('\n')}
                >
                  <p className="line-clamp-2 text-ink-soft text-xs">{flow.reason}</p>
                </td>
              </tr>
            )
          )
        }}
      />
    </div>
  )
}

const FlowEnd = ({ object: { kind, namespace, name } }: { object: NetworkFlow['source'] }) => (
  <td className="min-w-0 truncate max-md:col-start-2 md:pr-3" title={`${kind} ${namespace}/${name}`}>
    <span className="text-ink-mute">{namespace}/</span>
    {name}
  </td>
)
