import type { DpdkStats } from '@aiops/contract/model/cnf'
import { ArrowLeftRight } from 'lucide-react'
import { useMemo, useRef } from 'react'
import { useAreaFindings } from '../finding/use-finding.ts'
import { Button } from '../ui/button.tsx'
import { className } from '../ui/class-name.ts'
import { Empty } from '../ui/empty.tsx'
import { SelectField, TextField } from '../ui/field.tsx'
import { formatCount, formatNumber, formatPercent } from '../ui/format.ts'
import { Loaded } from '../ui/loaded.tsx'
import { Moment } from '../ui/moment.tsx'
import { ScrollRegion } from '../ui/scroll-region.tsx'
import { TableHead } from '../ui/table-head.tsx'
import type { CnfPartProps } from './cnf-part.ts'
import { Code } from './code.tsx'
import { portRates } from './dpdk-rate.ts'
import { podChoices } from './pod-choice.ts'
import { StaleBadge } from './state-badge.tsx'
import { useCnfWorkloads, useDpdkStats, useSriovStatus } from './use-cnf.ts'

/** Packet counters of one pod that is chosen. */
export function DpdkTab({ search, onChange }: CnfPartProps) {
  const [cluster, pod] = (search.pod ?? '').split('/')
  return (
    <>
      <PodPicker search={search} onChange={onChange} />
      {cluster && pod ? (
        <Stats key={search.pod} cluster={cluster} pod={pod} />
      ) : (
        <Empty icon={ArrowLeftRight} title="Choose a pod to see its packet counters">
          Pods that use DPDK are known once a cluster’s Prometheus scrapes DPDK’s telemetry exporter (metrics{' '}
          <Code>dpdk_*</Code>, or <Code>rx_missed</Code> and others with a <Code>port</Code>).
        </Empty>
      )}
    </>
  )
}

/** Pods that have virtual functions or findings about packets are offered; any other may be typed. */
function PodPicker({ search, onChange }: CnfPartProps) {
  const cards = useSriovStatus().data?.interfaces
  const workloads = useCnfWorkloads().data?.workloads
  const findings = useAreaFindings('CNF', [], '', 1).data?.items
  const { clusters, pods } = useMemo(
    () => podChoices(cards ?? [], workloads ?? [], findings ?? []),
    [cards, workloads, findings],
  )
  const [chosenCluster, chosenPod] = (search.pod ?? '').split('/')
  const cluster = useRef<HTMLSelectElement>(null)
  const first = chosenCluster || search.cluster?.[0] || pods[0]?.cluster || ''
  return (
    <form
      // The fields take their first values anew once there is something to choose from.
      key={`${search.pod} ${clusters.length > 0}`}
      className="flex flex-wrap items-center gap-2 border-b p-3"
      onSubmit={(event) => {
        event.preventDefault()
        const pod = new FormData(event.currentTarget).get('pod')?.toString().trim()
        if (pod && cluster.current?.value) onChange({ pod: `${cluster.current.value}/${pod}` })
      }}
    >
      <SelectField
        ref={cluster}
        aria-label="Cluster of the pod"
        defaultValue={first}
        className="w-full sm:w-52"
      >
        {clusters.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </SelectField>
      <TextField
        name="pod"
        aria-label="Pod"
        placeholder="Pod"
        list="dpdk-pods"
        defaultValue={chosenPod ?? ''}
        className="w-full sm:w-72"
      />
      <datalist id="dpdk-pods">
        {[...new Set(pods.map(({ pod }) => pod))].slice(0, 500).map((pod) => (
          <option key={pod} value={pod} />
        ))}
      </datalist>
      <Button type="submit" look="strong">
        Show
      </Button>
      {!search.pod && pods.length > 0 && (
        <span className="flex flex-wrap items-center gap-1 text-ink-mute text-xs">
          or
          {pods.slice(0, 4).map(({ cluster: id, pod }) => (
            <Button
              key={`${id}/${pod}`}
              size="small"
              look="quiet"
              onClick={() => onChange({ pod: `${id}/${pod}` })}
            >
              {id}/{pod}
            </Button>
          ))}
        </span>
      )}
    </form>
  )
}

function Stats({ cluster, pod }: { cluster: string; pod: string }) {
  const query = useDpdkStats(cluster, pod)
  const seen = useRef<{ last: DpdkStats | undefined; before: DpdkStats | undefined }>({
    last: undefined,
    before: undefined,
  })
  if (query.data && query.data !== seen.current.last)
    seen.current = { last: query.data, before: seen.current.last }
  return <Loaded query={query}>{(stats) => <Ports stats={stats} before={seen.current.before} />}</Loaded>
}

const busyFrom = 0.9

function Ports({ stats, before }: { stats: DpdkStats; before: DpdkStats | undefined }) {
  const rates = portRates(before, stats)
  const bad = (count: number | null) => (count ?? 0) > 0 && 'font-semibold text-critical'
  const busy = stats.busy_ratio
  return (
    <>
      <p className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-3">
        <span className="font-medium">
          <span className="text-ink-mute">{stats.namespace}/</span>
          {stats.pod_name}
        </span>
        <span title="Share of cycles that the busiest polling core spent on packets. Its CPU time is always 100 % and says nothing.">
          <span className="text-ink-mute">Busiest core at work </span>
          <span className={className(busy !== null && busy > busyFrom && 'font-semibold text-medium')}>
            {busy === null ? 'not told' : `${formatPercent(busy)} of its cycles`}
          </span>
        </span>
        <span className="text-ink-mute text-xs">
          told <Moment at={stats.last_updated} form="ago" /> <StaleBadge at={stats.last_updated} />
        </span>
      </p>
      <ScrollRegion label="Table of ports" className="border-t">
        <table className="w-full min-w-[52rem]">
          <thead className="text-ink-mute text-xs">
            <tr>
              <TableHead className="pl-4">Port</TableHead>
              <TableHead className="text-right">Received</TableHead>
              <TableHead className="text-right">Sent</TableHead>
              <TableHead className="text-right">Missed (queue full)</TableHead>
              <TableHead className="text-right">No buffer</TableHead>
              <TableHead className="text-right">Receive errors</TableHead>
              <TableHead className="text-right">Send errors</TableHead>
            </tr>
          </thead>
          <tbody>
            {stats.ports.map((port) => {
              const rate = rates.get(port.port)
              return (
                <tr key={port.port} className="border-t">
                  <td className="py-1.5 pr-4 pl-4 align-top font-medium">{port.port}</td>
                  <Counter count={port.rx_packets} perSecond={rate?.rx_packets} />
                  <Counter count={port.tx_packets} perSecond={rate?.tx_packets} />
                  <Counter count={port.rx_missed} perSecond={rate?.rx_missed} look={bad(port.rx_missed)} />
                  <Counter count={port.rx_nombuf} perSecond={rate?.rx_nombuf} look={bad(port.rx_nombuf)} />
                  <Counter count={port.rx_errors} perSecond={rate?.rx_errors} look={bad(port.rx_errors)} />
                  <Counter count={port.tx_errors} perSecond={rate?.tx_errors} look={bad(port.tx_errors)} />
                </tr>
              )
            })}
          </tbody>
        </table>
      </ScrollRegion>
      <p className="border-t px-4 py-2 text-ink-mute text-xs">
        Counted since the port was started; the rate is of the last two readings.
      </p>
    </>
  )
}

type CounterProps = { count: number | null; perSecond: number | undefined; look?: string | false }

function Counter({ count, perSecond, look = false }: CounterProps) {
  return (
    <td className={className('whitespace-nowrap py-1.5 pr-4 text-right', look)}>
      {count === null ? <span className="font-normal text-ink-mute">not told</span> : formatCount(count)}
      <p className="font-normal text-ink-mute text-xs">
        {perSecond === undefined ? '\u00a0' : `${formatNumber(perSecond)} /s`}
      </p>
    </td>
  )
}
