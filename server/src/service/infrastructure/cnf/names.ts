/**
 * Names of metrics that network functions and their platform are known by. Exporters differ in prefix and in `_total`; what reads them
 * goes by the canonical names below.
 */

/** PromQL that answers with everything of interest. Bounded on the far side where a metric exists for every container. */
export const cnfSelectors: readonly string[] = [
  '{__name__=~"openshift_ptp_.+"}',
  '{__name__=~"sriov_(vf_.+|kubepoddevice|kubepodcpu)"}',
  '{__name__=~"(rx|tx)_(packets|missed|nombuf|errors)(_total)?",port!=""}',
  '{__name__=~"dpdk_.*(packets|imissed|ierrors|oerrors|missed|nombuf|errors|link_status|link_up|_cycles|busy_ratio)(_total)?"}',
  '{__name__=~"(ovs_pmd|ovs_dpdk|pmd)_.*(cycles|busy_ratio|busy_percent)(_total)?"}',
  '{__name__=~"(cpu_)?(busy|total)_cycles(_total)?"}',
  '{__name__=~"kubelet_(cpu_manager_pinning|topology_manager_admission)_errors_total"}',
  '{__name__=~"node_memory_HugePages_(Total|Free|Rsvd|Surp)"}',
  'container_cpu_cfs_throttled_periods_total{container!="",container!="POD"} > 0',
  '{__name__=~"fivegs_.+|gnb|ran_ue|amf_session|ues_active|pfcp_(peers|sessions)_active"}',
  '{__name__=~"(?i:((amf|smf|upf)_)?(rm_reg|sm_pdusession|sm_n4session|mm_paging|amf_auth).+)"}',
  '{__name__=~"(?i:([a-z0-9]+_){0,4}rx_(late|early|on_?time|total)(_.+)?)"}',
  '{__name__=~"(?i:((ran|pm|du|cu)_)*(drb|rru|rrc)_.+)"}',
  '{__name__=~"kube_(deployment_spec_replicas|statefulset_replicas|daemonset_status_desired_number_scheduled)"}',
]

export const ptp = {
  offset: 'openshift_ptp_offset_ns',
  maxOffset: 'openshift_ptp_max_offset_ns',
  frequency: 'openshift_ptp_frequency_adjustment_ns',
  delay: 'openshift_ptp_delay_ns',
  state: 'openshift_ptp_clock_state',
  clockClass: 'openshift_ptp_clock_class',
  role: 'openshift_ptp_interface_role',
  processStatus: 'openshift_ptp_process_status',
  restarts: 'openshift_ptp_process_restart_count',
} as const

/** Counters of a DPDK port: rte_eth_stats' own field names and those of DPDK's exporter. */
const dpdkCounters: Readonly<Record<string, DpdkCounter>> = {
  rx_packets: 'rx_packets',
  ipackets: 'rx_packets',
  tx_packets: 'tx_packets',
  opackets: 'tx_packets',
  rx_missed: 'rx_missed',
  rx_missed_errors: 'rx_missed',
  imissed: 'rx_missed',
  rx_nombuf: 'rx_nombuf',
  rx_mbuf_allocation_errors: 'rx_nombuf',
  rx_errors: 'rx_errors',
  ierrors: 'rx_errors',
  tx_errors: 'tx_errors',
  oerrors: 'tx_errors',
  link_status: 'link_up',
  link_up: 'link_up',
  busy_cycles: 'busy_cycles',
  total_cycles: 'total_cycles',
  busy_ratio: 'busy_ratio',
  busy_percent: 'busy_ratio',
  polling_cycles: 'polling_cycles',
  processing_cycles: 'busy_cycles',
}
export type DpdkCounter =
  | 'rx_packets'
  | 'tx_packets'
  | 'rx_missed'
  | 'rx_nombuf'
  | 'rx_errors'
  | 'tx_errors'
  | 'link_up'
  | 'busy_cycles'
  | 'total_cycles'
  | 'polling_cycles'
  | 'busy_ratio'

const prefixed = /^(?:dpdk|ovs_pmd|ovs_dpdk|pmd)_(.+?)(?:_total)?$/
const bare = /^((?:rx|tx)_(?:packets|missed|nombuf|errors)|(?:cpu_)?(?:busy|total)_cycles)(?:_total)?$/

/** What a metric says of a DPDK port or core; undefined where it is none of its. A name without prefix is believed only with a port, or a core. */
export function dpdkCounterOf(name: string, hasPlace: boolean): DpdkCounter | undefined {
  const rest = prefixed.exec(name)?.[1] ?? (hasPlace ? bare.exec(name)?.[1] : undefined)
  if (rest === undefined) return undefined
  // `dpdk_counters_rx_missed`, `dpdk_cpu_busy_cycles`: the exporter puts its endpoint's name between.
  for (const end of [rest, rest.slice(rest.indexOf('_') + 1)])
    if (Object.hasOwn(dpdkCounters, end)) return dpdkCounters[end]
  return undefined
}

const pmNames: Readonly<Record<string, PmCounter>> = {
  drbuethpdl: 'ue_throughput_dl',
  drbuethpul: 'ue_throughput_ul',
  rruprbtotdl: 'prb_load_dl',
  rruprbtotul: 'prb_load_ul',
  rrcconnestabatt: 'rrc_attempts',
  rrcconnestabattsum: 'rrc_attempts',
  rrcconnestabsucc: 'rrc_successes',
  rrcconnestabsuccsum: 'rrc_successes',
  rxlate: 'fronthaul_late',
  rxearly: 'fronthaul_early',
  rxontime: 'fronthaul_on_time',
  rxtotal: 'fronthaul_total',
}
export type PmCounter =
  | 'ue_throughput_dl'
  | 'ue_throughput_ul'
  | 'prb_load_dl'
  | 'prb_load_ul'
  | 'rrc_attempts'
  | 'rrc_successes'
  | 'fronthaul_late'
  | 'fronthaul_early'
  | 'fronthaul_on_time'
  | 'fronthaul_total'

const pmPrefix = /^(?:ran|pm|oran|wg4|fh|fronthaul|xran|ru|du|odu|vdu|gnb|l1|phy)+(?=drb|rru|rrc|rx)/
const pmPlane = /^(rx(?:late|early|ontime|total))(?:c|u|cplane|uplane|packets|pkts|count|msgs)+$/

/** A counter of performance management by any of its spellings: `RRC.ConnEstabSucc.sum`, `rrc_conn_estab_succ_total`, `oran_fh_rx_late`. */
export function pmCounterOf(name: string): PmCounter | undefined {
  if (name.length > 128) return undefined
  const flat = name
    .toLowerCase()
    .replace(/_total$/, '')
    .replace(/[^a-z0-9]/g, '')
    .replace(pmPrefix, '')
  const key = flat === 'rx' ? 'rxtotal' : flat.replace(pmPlane, '$1')
  return Object.hasOwn(pmNames, key) ? pmNames[key] : undefined
}

/** Counters of 5G core procedures (TS 28.552 clauses 5.2 to 5.4), by their names without punctuation. */
const coreNames: Readonly<Record<string, CoreCounter>> = {
  rmreginitreq: 'registration_attempts',
  rmreginitsucc: 'registration_successes',
  smpdusessioncreationreq: 'pdu_session_attempts',
  smpdusessioncreationsucc: 'pdu_session_successes',
  smpdusessioncreationfail: 'pdu_session_failures',
  mmpaging5greq: 'paging_attempts',
  mmpaging5gsucc: 'paging_successes',
  mmpaging5greqsucc: 'paging_successes',
  smn4sessionestabreq: 'n4_attempts',
  smn4sessionestabfail: 'n4_failures',
  smn4sessionreport: 'n4_report_attempts',
  smn4sessionreportsucc: 'n4_report_successes',
  amfauthreq: 'auth_attempts',
  authreq: 'auth_attempts',
  amfauthreject: 'auth_rejects',
  authreject: 'auth_rejects',
  papolicyamassoreq: 'policy_attempts',
  papolicyamassosucc: 'policy_successes',
  papolicysmassoreq: 'policy_attempts',
  papolicysmassosucc: 'policy_successes',
  epn3gtpindatapktn3upf: 'n3_packets_in',
  epn3gtpoutdatapktn3upf: 'n3_packets_out',
  rmregisteredsubnbr: 'registered_ues',
  smsessionnbr: 'pdu_sessions',
  upfsessionnbr: 'upf_sessions',
  gnb: 'gnbs',
  ranue: 'ran_ues',
  pfcppeersactive: 'pfcp_peers',
}
export type CoreCounter =
  | `${'registration' | 'pdu_session' | 'paging' | 'n4_report' | 'policy'}_${'attempts' | 'successes'}`
  | 'pdu_session_failures'
  | `n4_${'attempts' | 'failures'}`
  | `auth_${'attempts' | 'rejects'}`
  | 'n3_packets_in'
  | 'n3_packets_out'
  | CoreGauge
export type CoreGauge = 'registered_ues' | 'pdu_sessions' | 'upf_sessions' | 'gnbs' | 'ran_ues' | 'pfcp_peers'

const corePrefix = /^(?:fivegs_)?(?:(?:amf|smf|upf|pcf)function_|(?:amf|smf|upf|pcf)_(?=rm_|sm_|mm_|pa_))?/

/** `fivegs_amffunction_rm_reginitreq` and `RM_RegInitReq_total` are the same counter. */
export function coreCounterOf(name: string): CoreCounter | undefined {
  if (name.length > 128) return undefined
  const flat = name
    .toLowerCase()
    .replace(corePrefix, '')
    .replace(/_total$/, '')
    .replace(/[^a-z0-9]/g, '')
  return Object.hasOwn(coreNames, flat) ? coreNames[flat] : undefined
}
