import { planned } from '../answerer.ts'
import { counted, listed, measured, rounded } from '../words.ts'
import { type Area, answerOf, as } from './area.ts'

export const gpu: Area = {
  calls: ({ cluster_ids }) => [
    planned('get_gpu_summary', { cluster_ids }, as),
    planned('get_gpu_nodes', { cluster_ids }, as),
  ],
  claims(found, writer) {
    const summary = answerOf(found, writer, 'get_gpu_summary', 'GPUs')
    if (summary && summary.output.total_gpus === 0) {
      writer.say('No GPU is known there.', summary.call)
      return
    }
    if (summary) {
      const { total_gpus, allocated_gpus, avg_utilization_percent } = summary.output
      const busy =
        avg_utilization_percent === null ? '' : `, mean utilisation ${measured(avg_utilization_percent, '%')}`
      writer.say(
        `GPUs: ${allocated_gpus} of ${total_gpus} ${allocated_gpus === 1 ? 'is' : 'are'} allocated${busy}.`,
        summary.records[0],
      )
    }
    const nodes = answerOf(found, writer, 'get_gpu_nodes', 'GPUs')
    if (!nodes || nodes.output.gpus.length === 0) return
    const bad = nodes.output.gpus.flatMap((one, i) =>
      one.health === 'CRITICAL' || one.health === 'WARNING' ? [{ one, record: nodes.records[i] }] : [],
    )
    const text = bad.map(
      ({ one }) =>
        `GPU ${one.index} of ${one.node_name} is ${one.health}${one.temperature_celsius === null ? '' : ` at ${measured(one.temperature_celsius, 'Cel')}`}${one.utilization_gpu_percent === null ? '' : `, utilisation ${measured(one.utilization_gpu_percent, '%')}`}`,
    )
    writer.say(
      bad.length === 0 ? 'No GPU is reported as unhealthy.' : `${listed(text, 3)}.`,
      bad.length === 0 ? nodes.call : bad.map(({ record }) => record).slice(0, 3),
    )
  },
}

export const network: Area = {
  calls: ({ cluster_ids, node }) => [
    planned('get_ptp_status', { cluster_ids, node }, as),
    planned('get_sriov_status', { cluster_ids, node }, as),
  ],
  claims(found, writer) {
    const ptp = answerOf(found, writer, 'get_ptp_status', 'Clocks')
    if (ptp) {
      const { statuses, total } = ptp.output
      const off = statuses.filter(({ state }) => state !== 'LOCKED')
      const text = off.map(
        (one) =>
          `${one.interface} of ${one.node_name} is ${one.state}${one.offset_ns === null ? '' : `, offset ${rounded(one.offset_ns)} ns`}`,
      )
      writer.say(
        total === 0
          ? 'No PTP clock is reported.'
          : off.length === 0
            ? `Every PTP clock is locked (${total} seen).`
            : `PTP: ${off.length} of ${counted(total, 'clock')} ${off.length === 1 ? 'is' : 'are'} not locked: ${listed(text, 3)}.`,
        off.length === 0 ? ptp.call : ptp.records.slice(0, Math.min(3, off.length)),
      )
    }
    const sriov = answerOf(found, writer, 'get_sriov_status', 'SR-IOV')
    if (!sriov) return
    const { interfaces, total } = sriov.output
    const full = interfaces.flatMap((one, i) =>
      one.allocated_vfs !== null && one.total_vfs > 0 && one.allocated_vfs >= one.total_vfs ? [i] : [],
    )
    writer.say(
      total === 0
        ? 'No SR-IOV interface is reported.'
        : full.length === 0
          ? `SR-IOV: ${counted(total, 'interface')} seen, none with all virtual functions given away.`
          : `SR-IOV: all virtual functions are given away on ${listed(
              full.map((i) => `${interfaces[i]!.interface} of ${interfaces[i]!.node_name}`),
              3,
            )}.`,
      full.length === 0 ? sriov.call : full.slice(0, 3).map((i) => sriov.records[i]),
    )
  },
}

export const cnf: Area = {
  calls: ({ cluster_ids }) => [
    planned('get_cnf_workloads', { cluster_ids }, as),
    planned('get_cnf_kpis', { cluster_ids }, as),
  ],
  claims(found, writer) {
    const workloads = answerOf(found, writer, 'get_cnf_workloads', 'Network functions')
    if (workloads) {
      const { workloads: all, total } = workloads.output
      const bad = all.filter(({ status }) => status !== 'HEALTHY')
      writer.say(
        total === 0
          ? 'No network function is known there.'
          : bad.length === 0
            ? `All ${counted(total, 'network function')} are healthy.`
            : `Network functions: ${listed(
                bad.map(({ name, cnf_type, status }) => `${cnf_type} ${name} is ${status}`),
                3,
              )}.`,
        total === 0
          ? workloads.call
          : workloads.records.slice(0, bad.length === 0 ? 3 : Math.min(3, bad.length)),
      )
    }
    const kpis = answerOf(found, writer, 'get_cnf_kpis', 'Indicators of the 5G core')
    if (!kpis) return
    const missed = kpis.output.kpis.flatMap((one, i) =>
      one.unit === 'RATIO' && one.value !== null && one.target !== null && one.value < one.target ? [i] : [],
    )
    writer.say(
      kpis.output.total === 0
        ? 'No indicator of a 5G core is reported.'
        : missed.length === 0
          ? `No indicator of a 5G core is below its target (${kpis.output.total} seen).`
          : `Below target: ${listed(
              missed.map((i) => kpiText(kpis.output.kpis[i]!)),
              3,
            )}.`,
      missed.length === 0 ? kpis.call : missed.slice(0, 3).map((i) => kpis.records[i]),
    )
  },
}

const kpiText = (one: {
  name: string
  instance: string
  value: number | null
  target: number | null
}): string =>
  `${one.name} of ${one.instance} at ${measured(one.value ?? 0, 'ratio')} (target ${measured(one.target ?? 0, 'ratio')})`
