import { z } from 'zod'

const positive = (fallback: number, text: string) => z.number().positive().default(fallback).describe(text)
const count = (fallback: number, text: string) => z.number().int().min(1).default(fallback).describe(text)
const share = (fallback: number, text: string) => z.number().gt(0).max(1).default(fallback).describe(text)

/** What a site allows its network functions. The defaults are where a site should start, not what its radio units need. */
export const CnfConfig = z.strictObject({
  ptp_offset_ns: positive(
    100,
    'Offset from the master, either way, beyond which a clock is reported; 100 ns as the PTP operator has it.',
  ),
  ptp_offset_severe_ns: positive(
    1_100,
    'Offset that uses up the network’s share of the time error that radio with time division allows (ITU-T G.8271.1: 1.1 µs).',
  ),
  ptp_offset_seconds: positive(120, 'For how long an offset must be beyond before it is reported.'),
  ptp_state_seconds: positive(
    60,
    'For how long a clock may be in holdover or free run before it is reported.',
  ),
  ptp_restart_window_seconds: positive(900, 'Window in which restarts of PTP processes are counted.'),
  ptp_restarts_max: z
    .number()
    .int()
    .min(0)
    .default(0)
    .describe('Restarts of one PTP process within the window that are nothing to report.'),
  ptp_grandmaster_nodes_min: z
    .number()
    .int()
    .min(2)
    .default(2)
    .describe(
      'Nodes that must lose their master at about the same time before the grandmaster is suspected.',
    ),
  ptp_grandmaster_share: share(0.5, 'Share of the cluster’s PTP nodes that must have lost it.'),
  ptp_grandmaster_spread_seconds: positive(180, 'How far apart those losses may be.'),
  sriov_drop_ratio: share(1e-6, 'Packets dropped of all of a virtual function that are too many.'),
  sriov_window_seconds: positive(300, 'Window over which counters of virtual functions are compared.'),
  sriov_packets_min: count(1_000, 'Packets within the window below which a ratio says nothing.'),
  dpdk_window_seconds: positive(300, 'Window over which counters of DPDK ports are compared.'),
  dpdk_missed_ratio: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe('Packets missed of all received above which a port is reported; 0: any.'),
  dpdk_busy_ratio: share(
    0.9,
    'Share of cycles spent on packets above which a polling core has no room left. Its CPU time is always 100 % and says nothing.',
  ),
  dpdk_busy_seconds: positive(300, 'Window over which the share of busy cycles is taken.'),
  cpu_window_seconds: positive(600, 'Window over which pinning errors and throttling are counted.'),
  cpu_throttled_periods_max: z
    .number()
    .int()
    .min(0)
    .default(0)
    .describe('Throttled periods within the window that a container with its own CPUs may have.'),
  hugepages_seconds: positive(300, 'For how long a node must have no free huge page before it is reported.'),
  ran_pods_per_node_max: count(120, 'Pods that a single-node cluster running a DU is made for.'),
  ran_application_pods_max: count(15, 'Pods that one vRAN application on a single node is made for.'),
  core_window_seconds: positive(300, 'Window over which procedures of the 5G core are counted.'),
  core_attempts_min: count(20, 'Attempts within the window below which a success ratio says nothing.'),
  core_failures_min: count(
    5,
    'Failures within the window below which none is reported, however few attempts there were.',
  ),
  registration_success: share(0.99, 'Initial registrations that should succeed (TS 28.554).'),
  pdu_session_success: share(0.99, 'PDU session establishments that should succeed (TS 28.554).'),
  paging_success: share(0.98, 'Pagings that should be answered.'),
  n4_success: share(0.99, 'N4 session establishments and reports that should succeed.'),
  policy_success: share(0.99, 'Policy associations that should be made.'),
  auth_reject_ratio: share(0.05, 'Authentications that may be rejected.'),
  peer_window_seconds: positive(1_800, 'How far back peers and gNBs are remembered as expected.'),
  ue_drop_ratio: share(0.2, 'Share of registered devices lost within the window that is reported.'),
  ue_drop_window_seconds: positive(300, 'Window of that loss.'),
  ue_min: count(20, 'Devices that must have been there before a loss of some says anything.'),
  fronthaul_late_ratio: share(1e-4, 'Packets outside their reception window of all from the radio unit.'),
  fronthaul_window_seconds: positive(300, 'Window over which fronthaul packets are counted.'),
  fronthaul_packets_min: count(1_000, 'Packets within the window below which a ratio says nothing.'),
  rrc_success: share(0.98, 'RRC connections that should be set up (TS 28.552 RRC.ConnEstabSucc of Att).'),
  prb_load_percent: z
    .number()
    .min(1)
    .max(100)
    .default(95)
    .describe('Use of downlink resource blocks above which a cell is full.'),
  prb_load_seconds: positive(900, 'For how long a cell must be full.'),
  workload_seconds: positive(
    120,
    'For how long a network function must lack replicas, where its history is known.',
  ),
})
export type CnfConfig = z.infer<typeof CnfConfig>

export const cnfDefaults: CnfConfig = CnfConfig.parse({})
