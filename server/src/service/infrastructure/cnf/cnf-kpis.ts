import type { CnfKpi } from '@aiops/contract/model/cnf'
import type { ReadingHistory } from '../signature/signature.ts'
import { type CnfConfig, cnfDefaults } from './config.ts'
import {
  type CoreInstance,
  coreInstances,
  gaugeOf,
  peakOf,
  ratioKpis,
  ratioOf,
  riseOf,
} from './core-network.ts'
import type { CoreCounter, CoreGauge } from './names.ts'
import { type ClusterName, finite } from './series.ts'

/** Key performance indicators of every function of a 5G core. */
export function cnfKpis(
  history: ReadingHistory,
  cluster: ClusterName,
  config: CnfConfig = cnfDefaults,
): CnfKpi[] {
  const of = { cluster_id: cluster.id, cluster_name: cluster.name }
  const at = new Date(history.now.timeMs).toISOString()
  return coreInstances(history).flatMap((instance) =>
    [
      ...ratios(history, instance, config),
      ...gauges(history, instance, config),
      ...rates(history, instance, config),
    ].map((kpi) => ({ ...of, ...kpi, function: instance.function, instance: instance.name, at })),
  )
}

type Kpi = Omit<CnfKpi, 'cluster_id' | 'cluster_name' | 'function' | 'instance' | 'at'>

function ratios(history: ReadingHistory, instance: CoreInstance, config: CnfConfig): Kpi[] {
  return ratioKpis.flatMap((kpi) => {
    const ratio = ratioOf(history, instance, kpi, config)
    if (!ratio) return []
    const value = finite(ratio.success)
    const target = kpi.target(config)
    const window = { window_seconds: config.core_window_seconds }
    return [
      { name: kpi.name, unit: 'RATIO' as const, value, attempts: finite(ratio.attempts), target, ...window },
    ]
  })
}

const gaugeNames: readonly CoreGauge[] = ['registered_ues', 'ran_ues', 'pdu_sessions', 'upf_sessions']
/** What there was within the window is what there should be: nobody tells how many there are to be. */
const peerNames: readonly CoreGauge[] = ['pfcp_peers', 'gnbs']

function gauges(history: ReadingHistory, instance: CoreInstance, config: CnfConfig): Kpi[] {
  const count = { unit: 'COUNT' as const, attempts: null }
  const plain = gaugeNames.map((name) => ({ name, target: null, window_seconds: 0, ...count }))
  const peers = peerNames.map((name) => ({
    ...{ name, ...count, window_seconds: config.peer_window_seconds },
    target: finite(peakOf(history, instance, name, config.peer_window_seconds * 1_000)),
  }))
  return [...plain, ...peers].flatMap((kpi) => {
    const value = gaugeOf(instance, kpi.name)
    return value === undefined ? [] : [{ ...kpi, value: finite(value) }]
  })
}

const rateNames: readonly CoreCounter[] = ['n3_packets_in', 'n3_packets_out']

function rates(history: ReadingHistory, instance: CoreInstance, config: CnfConfig): Kpi[] {
  const seconds = config.core_window_seconds
  return rateNames.flatMap((name) => {
    const series = instance.counters.get(name)
    const rise = series && riseOf(history, series, seconds * 1_000)
    if (rise === undefined) return []
    const unit = 'PER_SECOND' as const
    return [
      { name, unit, value: finite(rise / seconds), attempts: null, target: null, window_seconds: seconds },
    ]
  })
}
