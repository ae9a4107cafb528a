import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useAreaFindings } from '../finding/use-finding.ts'
import { type Figure, FigureList } from '../ui/figure-list.tsx'
import { formatCount, missing } from '../ui/format.ts'
import type { CnfSearch } from './cnf-search.ts'
import { verdictOf } from './kpi.ts'
import { listFits } from './list-fits.ts'
import { useCnfKpis, useCnfWorkloads, usePtpStatus, useSriovStatus } from './use-cnf.ts'

/** The chosen clusters in figures, each leading to its list. */
export function CnfSummary({ search: { cluster } }: { search: CnfSearch }) {
  const own = <T extends { cluster_id: string }>(list: readonly T[] | undefined): T[] | undefined =>
    list?.filter(({ cluster_id }) => listFits(cluster, cluster_id))
  const workloads = own(useCnfWorkloads().data?.workloads)
  const clocks = own(usePtpStatus().data?.statuses)
  const cards = own(useSriovStatus().data?.interfaces)
  const kpis = own(useCnfKpis().data?.kpis)?.filter(({ target }) => target !== null)
  const findings = useAreaFindings('CNF', cluster ?? [], '', 1).data
  const ailing = workloads?.filter(({ status }) => status === 'FAILED' || status === 'DEGRADED').length
  const astray = clocks?.filter(({ state }) => state === 'FREERUN' || state === 'HOLDOVER').length
  const dropping = cards?.filter(
    ({ rx_dropped, tx_dropped }) => (rx_dropped ?? 0) + (tx_dropped ?? 0) > 0,
  ).length
  const missed = kpis?.filter((kpi) => verdictOf(kpi) === 'MISSED').length
  const severe = (findings?.by_severity.CRITICAL ?? 0) + (findings?.by_severity.HIGH ?? 0)
  return (
    <FigureList
      label="Network functions in figures"
      figures={[
        figure('Network functions', {}, workloads?.length, ailing, 'failed or degraded'),
        figure('PTP clocks', { tab: 'ptp' }, clocks?.length, astray, 'in holdover or free run'),
        figure('SR-IOV interfaces', { tab: 'sriov' }, cards?.length, dropping, 'with drops'),
        figure('5G indicators with a target', { tab: 'kpis' }, kpis?.length, missed, 'below target'),
        figure('Findings', { tab: 'findings' }, findings?.total, findings && severe, 'critical or high'),
      ]}
    />
  )
}

function figure(
  label: string,
  to: Pick<CnfSearch, 'tab'>,
  count: number | undefined,
  bad: number | undefined,
  word: string,
): Figure {
  return {
    label,
    value: (
      <Link
        from="/cnf"
        to="/cnf"
        search={({ cluster }) => ({ ...(cluster && { cluster }), ...to })}
        className="inline-block min-w-6 hover:underline"
      >
        {count === undefined ? missing : formatCount(count)}
      </Link>
    ) as ReactNode,
    note:
      bad === undefined ? (
        '\u00a0'
      ) : (
        <span className={bad > 0 ? 'font-medium text-critical' : ''}>
          {formatCount(bad)} {word}
        </span>
      ),
  }
}
