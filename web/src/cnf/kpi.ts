import type { CnfKpi } from '@aiops/contract/model/cnf'
import { formatCount, formatDuration, formatNumber, formatPercent } from '../ui/format.ts'
import { sentenceCase } from '../ui/words.ts'

/** MISSED: below its target. FEW: too few attempts to say. UNTOLD: nothing is known. PLAIN: there is no target. */
export type KpiVerdict = 'MISSED' | 'FEW' | 'UNTOLD' | 'MET' | 'PLAIN'

/** A value of a core is good when it reaches its target: shares of success and numbers of peers alike. */
export function verdictOf({ unit, value, attempts, target }: CnfKpi): KpiVerdict {
  if (value === null) return unit === 'RATIO' && attempts !== null ? 'FEW' : 'UNTOLD'
  if (target === null) return 'PLAIN'
  return value < target ? 'MISSED' : 'MET'
}

const ranks: readonly KpiVerdict[] = ['MISSED', 'FEW', 'UNTOLD', 'MET', 'PLAIN']

export type KpiGroup = {
  key: string
  cluster_name: string
  instance: string
  function: CnfKpi['function']
  kpis: CnfKpi[]
}

/** By instance of a function; instances that miss a target first, and what they miss first in each. */
export function kpiGroups(kpis: readonly CnfKpi[]): KpiGroup[] {
  const groups = new Map<string, KpiGroup>()
  for (const kpi of kpis) {
    const key = `${kpi.cluster_id} ${kpi.function} ${kpi.instance}`
    const found = groups.get(key)
    if (found) found.kpis.push(kpi)
    else
      groups.set(key, {
        ...{ key, cluster_name: kpi.cluster_name, instance: kpi.instance },
        ...{ function: kpi.function, kpis: [kpi] },
      })
  }
  const rank = (kpi: CnfKpi): number => ranks.indexOf(verdictOf(kpi))
  for (const group of groups.values()) group.kpis.sort((a, b) => rank(a) - rank(b))
  const missed = (group: KpiGroup): number => group.kpis.filter((kpi) => verdictOf(kpi) === 'MISSED').length
  return [...groups.values()].sort((a, b) => missed(b) - missed(a))
}

const words: Readonly<Record<string, string>> = {
  pdu_session_success: 'PDU session success',
  n4_success: 'N4 session success',
  n4_report_success: 'N4 report success',
  auth_success: 'Authentication success',
  policy_success: 'Policy association success',
  pfcp_peers: 'PFCP peers',
  registered_ues: 'Registered UEs',
  ran_ues: 'UEs of the RAN',
  pdu_sessions: 'PDU sessions',
  upf_sessions: 'UPF sessions',
  gnbs: 'gNBs',
  n3_packets_in: 'N3 packets in',
  n3_packets_out: 'N3 packets out',
}
export const kpiWord = (name: string): string =>
  Object.hasOwn(words, name) ? (words[name] ?? name) : sentenceCase(name)

/** In its unit; a share with enough digits that 99.0 % and 99.4 % differ. */
export function kpiText(unit: CnfKpi['unit'], value: number): string {
  switch (unit) {
    case 'RATIO':
      // Rounded down: 99.999 % is not all of it.
      return value >= 1 || value < 0.9
        ? formatPercent(value)
        : `${Math.floor(value * 1e4 + 1e-6) / 100}\u00a0%`
    case 'COUNT':
      return formatCount(value)
    case 'PER_SECOND':
      return `${formatNumber(value)}\u00a0/s`
    case 'SECONDS':
      return formatDuration(value * 1_000)
  }
}
