import type { Allocation } from '@aiops/contract/model/allocation'
import { usd } from '@aiops/contract/model/money'
import { isoTime } from '../../../kernel/clock.ts'
import { efficiencyOf, known, type Tally } from './tally.ts'

const whenSeen = (tally: Tally, bits: number, value: number): number | null =>
  (tally.known & bits) === 0 ? null : value
const usdWhen = (tally: Tally, bits: number, value: number) =>
  (tally.known & bits) === 0 ? null : usd(value)

/** A tally as the contract has it: what no source tells is null and named. */
export function allocationView(tally: Tally, window: { startMs: number; endMs: number }): Allocation {
  const startMs = Math.min(Math.max(tally.firstMs, window.startMs), window.endMs)
  const endMs = Math.max(startMs, Math.min(tally.lastMs, window.endMs))
  const hours = (endMs - startMs) / 3_600_000
  const mean = (bit: number, sum: number): number | null =>
    (tally.known & bit) === 0 || hours === 0 ? null : sum / hours
  const cpu = known.cpuRequest | known.cpuUsage | known.cpuPrice
  const ram = known.ramRequest | known.ramUsage | known.ramPrice
  return {
    name: tally.name,
    properties: Object.fromEntries(tally.properties),
    ...{ start: isoTime(startMs), end: isoTime(endMs), minutes: hours * 60 },
    cpu_core_hours: whenSeen(tally, cpu, tally.cpuHours),
    cpu_core_request_average: mean(known.cpuRequest, tally.cpuRequestHours),
    cpu_core_usage_average: mean(known.cpuUsage, tally.cpuUsageHours),
    cpu_usd: usdWhen(tally, known.cpuPrice, tally.cpuUsd),
    gpu_hours: whenSeen(tally, known.gpu | known.gpuPrice, tally.gpuHours),
    gpu_usd: usdWhen(tally, known.gpuPrice, tally.gpuUsd),
    ram_byte_hours: whenSeen(tally, ram, tally.ramByteHours),
    ram_byte_request_average: mean(known.ramRequest, tally.ramRequestByteHours),
    ram_byte_usage_average: mean(known.ramUsage, tally.ramUsageByteHours),
    ram_usd: usdWhen(tally, known.ramPrice, tally.ramUsd),
    storage_usd: usdWhen(tally, known.storage, tally.storageUsd),
    network_usd: usdWhen(tally, known.network, tally.networkUsd),
    load_balancer_usd: usdWhen(tally, known.balancer, tally.balancerUsd),
    shared_usd: usdWhen(tally, known.shared, tally.sharedUsd),
    idle_usd: usdWhen(tally, known.idle, tally.idleTotalUsd),
    external_usd: usdWhen(tally, known.external, tally.externalUsd),
    total_usd: usd(tally.totalUsd),
    efficiency: efficiencyOf(tally),
    missing: missingOf(tally),
  }
}

function missingOf(tally: Tally): string[] {
  const runs = tally.known & (known.cpuPrice | known.ramPrice | known.cpuRequest | known.cpuUsage)
  const unseen = (bit: number, name: string): string[] => (runs && (tally.known & bit) === 0 ? [name] : [])
  return [
    ...tally.missing,
    ...unseen(known.cpuRequest, 'processor requests'),
    ...unseen(known.cpuUsage, 'processor usage'),
    ...unseen(known.ramRequest, 'memory requests'),
    ...unseen(known.ramUsage, 'memory usage'),
    ...unseen(known.network, 'network'),
  ]
}
