import type { CnfKpi } from '@aiops/contract/model/cnf'
import { Gauge } from 'lucide-react'
import { useMemo } from 'react'
import { Badge } from '../ui/badge.tsx'
import { className } from '../ui/class-name.ts'
import { Empty } from '../ui/empty.tsx'
import { formatCount, formatDuration, missing } from '../ui/format.ts'
import { Loaded } from '../ui/loaded.tsx'
import { Paged } from '../ui/paged.tsx'
import { TableHead } from '../ui/table-head.tsx'
import type { CnfPartProps } from './cnf-part.ts'
import { Code } from './code.tsx'
import { type KpiGroup, kpiGroups, kpiText, kpiWord, verdictOf } from './kpi.ts'
import { listFits } from './list-fits.ts'
import { NothingFits } from './nothing-fits.tsx'
import { StaleBadge } from './state-badge.tsx'
import { useCnfKpis } from './use-cnf.ts'

/** What a 5G core achieves of what it should, by instance. */
export function KpiTab({ search, onChange }: CnfPartProps) {
  const query = useCnfKpis()
  const { cluster, type, text } = search
  const groups = useMemo(
    () =>
      kpiGroups(
        (query.data?.kpis ?? []).filter(
          (kpi) =>
            listFits(cluster, kpi.cluster_id) &&
            listFits(type, kpi.function) &&
            `${kpi.cluster_name} ${kpi.instance} ${kpi.name} ${kpiWord(kpi.name)}`
              .toLowerCase()
              .includes((text ?? '').toLowerCase()),
        ),
      ),
    [query.data, cluster, type, text],
  )
  return (
    <Loaded query={query}>
      {({ kpis }) =>
        kpis.length === 0 ? (
          <NoKpi />
        ) : groups.length === 0 ? (
          <NothingFits what="indicator" onChange={onChange} />
        ) : (
          <Paged search={search} items={groups} onChange={onChange}>
            {(some) => (
              <div className="grid divide-y xl:grid-cols-2 xl:divide-y-0">
                {some.map((group) => (
                  <Instance key={group.key} group={group} />
                ))}
              </div>
            )}
          </Paged>
        )
      }
    </Loaded>
  )
}

function Instance({ group }: { group: KpiGroup }) {
  return (
    <section
      aria-label={`${group.function} ${group.instance}`}
      className="min-w-0 overflow-x-auto p-3 xl:border-b"
    >
      <h3 className="mb-1 flex flex-wrap items-center gap-2">
        <Badge tone="outline">{group.function}</Badge>
        <span className="font-semibold">{group.instance}</span>
        <span className="text-ink-mute text-xs">{group.cluster_name}</span>
        <StaleBadge at={group.kpis[0]?.at ?? ''} />
      </h3>
      <table className="w-full min-w-[30rem]">
        <thead className="text-ink-mute text-xs">
          <tr>
            <TableHead className="w-48">Indicator</TableHead>
            <TableHead className="w-24 text-right">Value</TableHead>
            <TableHead className="w-20 text-right">Target</TableHead>
            <TableHead className="pl-4">Attempts</TableHead>
          </tr>
        </thead>
        <tbody>
          {group.kpis.map((kpi) => (
            <Row key={kpi.name} kpi={kpi} />
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Row({ kpi }: { kpi: CnfKpi }) {
  const verdict = verdictOf(kpi)
  const span = kpi.window_seconds > 0 ? ` in ${formatDuration(kpi.window_seconds * 1_000)}` : ''
  return (
    <tr className="border-t">
      <td className="py-1.5 pr-4" title={kpi.name}>
        {kpiWord(kpi.name)}
      </td>
      <td
        className={className(
          'whitespace-nowrap pr-4 text-right',
          verdict === 'MISSED' && 'font-semibold text-critical',
          verdict === 'MET' && 'text-ok',
        )}
      >
        {kpi.value !== null ? (
          kpiText(kpi.unit, kpi.value)
        ) : (
          <span className="text-ink-mute">{verdict === 'FEW' ? missing : 'not told'}</span>
        )}
      </td>
      <td className="whitespace-nowrap pr-4 text-right text-ink-soft">
        {kpi.target === null
          ? missing
          : `${kpi.unit === 'RATIO' ? '≥ ' : ''}${kpiText(kpi.unit, kpi.target)}`}
      </td>
      <td className="whitespace-nowrap pr-4 pl-4 text-ink-soft">
        {verdict === 'FEW' ? (
          <Badge tone="outline" title="A share of so few says nothing">
            Too few attempts: {formatCount(kpi.attempts)}
            {span}
          </Badge>
        ) : kpi.attempts !== null ? (
          `${formatCount(kpi.attempts)}${span}`
        ) : kpi.unit === 'COUNT' && kpi.target !== null ? (
          `most there were${span}`
        ) : (
          missing
        )}
      </td>
    </tr>
  )
}

function NoKpi() {
  return (
    <Empty icon={Gauge} title="No cluster tells of a 5G core">
      Indicators appear once a cluster’s Prometheus scrapes a core that counts its procedures by the names of
      3GPP TS 28.552, as Open5GS does: <Code>fivegs_amffunction_*</Code>, <Code>fivegs_smffunction_*</Code>,{' '}
      <Code>fivegs_upffunction_*</Code>, <Code>pfcp_peers_active</Code>.
    </Empty>
  )
}
