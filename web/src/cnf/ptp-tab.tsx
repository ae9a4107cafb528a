import { Satellite } from 'lucide-react'
import { useMemo } from 'react'
import { FindingTitle } from '../finding/finding-title.tsx'
import { useSettings } from '../setting/use-settings.ts'
import { Empty } from '../ui/empty.tsx'
import { FindingCard } from '../ui/finding-card.tsx'
import { Loaded } from '../ui/loaded.tsx'
import { Paged } from '../ui/paged.tsx'
import type { CnfPartProps } from './cnf-part.ts'
import { Code } from './code.tsx'
import { listFits } from './list-fits.ts'
import { NothingFits } from './nothing-fits.tsx'
import { nodesOf, ptpLimitsIn } from './ptp-clock.ts'
import { PtpTable } from './ptp-table.tsx'
import { useGrandmasterFindings, usePtpStatus } from './use-cnf.ts'

/** Clocks of precision time: lost grandmasters, then nodes, the worst first. */
export function PtpTab({ search, onChange }: CnfPartProps) {
  const query = usePtpStatus()
  const lost = useGrandmasterFindings().data?.items
  const { data: settings } = useSettings()
  const limits = useMemo(() => ptpLimitsIn(settings?.settings), [settings])
  const { cluster, state, text } = search
  const nodes = useMemo(() => {
    const fitting = (query.data?.statuses ?? []).filter(
      (clock) =>
        listFits(cluster, clock.cluster_id) &&
        listFits(state, clock.state) &&
        `${clock.cluster_name} ${clock.node_name} ${clock.interface} ${clock.process}`
          .toLowerCase()
          .includes((text ?? '').toLowerCase()),
    )
    return nodesOf(fitting, new Set((lost ?? []).map(({ cluster_id }) => cluster_id)), limits)
  }, [query.data, lost, limits, cluster, state, text])
  const shown = (lost ?? []).filter(({ cluster_id }) => listFits(cluster, cluster_id))
  return (
    <Loaded query={query}>
      {({ statuses }) =>
        statuses.length === 0 ? (
          <NoClock />
        ) : (
          <>
            {shown.length > 0 && (
              <section aria-label="Lost grandmasters" className="divide-y border-b bg-critical-soft/40">
                {shown.map((finding) => (
                  <FindingCard
                    key={finding.id}
                    finding={finding}
                    title={<FindingTitle finding={finding} />}
                    open={false}
                  />
                ))}
              </section>
            )}
            {nodes.length === 0 ? (
              <NothingFits what="clock" onChange={onChange} />
            ) : (
              <Paged search={search} items={nodes} onChange={onChange}>
                {(some) => <PtpTable nodes={some} limits={limits} />}
              </Paged>
            )}
          </>
        )
      }
    </Loaded>
  )
}

function NoClock() {
  return (
    <Empty icon={Satellite} title="No cluster tells of a PTP clock">
      Clocks appear once a cluster’s Prometheus scrapes the PTP operator’s <Code>linuxptp-daemon</Code>{' '}
      (metrics <Code>openshift_ptp_*</Code>, port 9091). Without them the daemon’s logs are read, for which
      the platform’s account needs <Code>get</Code> on <Code>pods/log</Code> in <Code>openshift-ptp</Code>.
    </Empty>
  )
}
