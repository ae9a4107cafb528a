import { z } from 'zod'
import { CnfType } from './cluster.ts'
import { Time } from './time.ts'

const cluster = { cluster_id: z.string(), cluster_name: z.string() }

/** A network function: workloads of vRAN and 5G core. */
export const CnfWorkload = z.object({
  ...cluster,
  namespace: z.string(),
  name: z.string(),
  kind: z.string(),
  cnf_type: CnfType,
  /** Why it is taken for one: a label, the namespace, the image, a metric. */
  recognised_by: z.string(),
  status: z.enum(['HEALTHY', 'DEGRADED', 'FAILED', 'UNKNOWN']),
  desired: z.number().int(),
  ready: z.number().int(),
  nodes: z.array(z.string()),
  /** Guaranteed quality of service with whole CPUs: its CPUs are its own. */
  cpu_pinned: z.boolean().nullable(),
  hugepages_bytes: z.number().nullable(),
  sriov_vfs: z.number().int().nullable(),
})
export type CnfWorkload = z.infer<typeof CnfWorkload>

/** One clock of precision time (IEEE 1588). */
export const PtpStatus = z.object({
  ...cluster,
  node_name: z.string(),
  interface: z.string(),
  /** ptp4l, phc2sys, ts2phc, … */
  process: z.string(),
  state: z.enum(['LOCKED', 'HOLDOVER', 'FREERUN', 'UNKNOWN']),
  /** Null where the clock has no offset: a faulty one reports 999999. */
  offset_ns: z.number().nullable(),
  max_offset_ns: z.number().nullable(),
  delay_ns: z.number().nullable(),
  frequency_adjustment_ns: z.number().nullable(),
  clock_class: z.number().int().nullable(),
  role: z.string().nullable(),
  since: Time.nullable(),
  last_updated: Time,
})
export type PtpStatus = z.infer<typeof PtpStatus>

export const DpdkPort = z.object({
  port: z.string(),
  rx_packets: z.number().nullable(),
  tx_packets: z.number().nullable(),
  rx_errors: z.number().nullable(),
  tx_errors: z.number().nullable(),
  /** The queue of the card was full. */
  rx_missed: z.number().nullable(),
  /** No buffer of memory was free. */
  rx_nombuf: z.number().nullable(),
})
export type DpdkPort = z.infer<typeof DpdkPort>
export const DpdkStats = z.object({
  ...{ cluster_id: z.string(), namespace: z.string(), pod_name: z.string() },
  ports: z.array(DpdkPort),
  /** Share of cycles spent on packets; a polling core is always at 100 % CPU, so that says nothing. */
  busy_ratio: z.number().nullable(),
  last_updated: Time,
})
export type DpdkStats = z.infer<typeof DpdkStats>

export const SriovStatus = z.object({
  ...{ cluster_id: z.string(), cluster_name: z.string(), node_name: z.string() },
  interface: z.string(),
  numa_node: z.number().int().nullable(),
  total_vfs: z.number().int(),
  /** Given to pods; null where the exporter does not tell. */
  allocated_vfs: z.number().int().nullable(),
  rx_dropped: z.number().nullable(),
  tx_dropped: z.number().nullable(),
  tx_errors: z.number().nullable(),
  vfs: z.array(
    z.object({
      vf: z.string(),
      pci_address: z.string(),
      namespace: z.string().nullable(),
      pod: z.string().nullable(),
    }),
  ),
  last_updated: Time,
})
export type SriovStatus = z.infer<typeof SriovStatus>

/** A key performance indicator of a 5G core (3GPP TS 28.554). */
export const CnfKpi = z.object({
  ...cluster,
  /** As `registration_success`, `pdu_session_success`, `paging_success`, `n4_success`, `pfcp_peers`, `registered_ues`. */
  name: z.string(),
  function: CnfType,
  instance: z.string(),
  unit: z.enum(['RATIO', 'COUNT', 'PER_SECOND', 'SECONDS']),
  value: z.number().nullable(),
  /** Attempts that a ratio is of, within the window; below the minimum it says nothing and `value` is null. */
  attempts: z.number().nullable(),
  target: z.number().nullable(),
  window_seconds: z.number(),
  at: Time,
})
export type CnfKpi = z.infer<typeof CnfKpi>
