import type { Allocation } from '@aiops/contract/model/allocation'
import { isoTime } from '../../kernel/clock.ts'
import type { AllocationParts } from '../../service/cost/index.ts'

type Number = number | null

/** To five places, as OpenCost answers; null for what is no number. */
const rounded = (value: Number | undefined): Number =>
  value === null || value === undefined || !Number.isFinite(value) ? null : Math.round(value * 1e5) / 1e5
/** OpenCost has no word for what is not known: it is 0 there. */
const amount = (value: Number | undefined): Number => rounded(value ?? 0)

/** RFC 3339 without milliseconds, as OpenCost writes times. */
const timeText = (text: string): string => text.replace(/\.\d{3}Z$/, 'Z')
export const rfc3339 = (ms: number): string => timeText(isoTime(ms))

/**
 * An allocation with OpenCost's field names. Idle capacity that was spread is in the cost of its resource, and told beside it. Source: opencost, core/pkg/opencost/allocation_json.go.
 */
export function allocationJson(
  one: Allocation,
  window: { startMs: number; endMs: number },
  parts: AllocationParts = none,
) {
  const hours = one.minutes / 60
  const perHour = (sum: Number): Number => amount(sum === null || hours === 0 ? 0 : sum / hours)
  const isIdle = one.name.endsWith('__idle__')
  const { idleUsd: idle } = parts
  const spread = isIdle ? none.idleUsd : idle
  return {
    name: one.name,
    properties: propertiesOf(one),
    window: { start: rfc3339(window.startMs), end: rfc3339(window.endMs) },
    ...{ start: timeText(one.start), end: timeText(one.end), minutes: amount(one.minutes) },
    cpuCores: perHour(one.cpu_core_hours),
    cpuCoreRequestAverage: amount(one.cpu_core_request_average),
    cpuCoreUsageAverage: amount(one.cpu_core_usage_average),
    cpuCoreHours: amount(one.cpu_core_hours),
    cpuCost: amount((one.cpu_usd ?? 0) + idle.cpu),
    ...{ cpuCostAdjustment: 0, cpuCostIdle: amount(spread.cpu) },
    cpuEfficiency: ratio(one.cpu_core_usage_average, one.cpu_core_request_average),
    gpuCount: perHour(one.gpu_hours),
    gpuHours: amount(one.gpu_hours),
    gpuCost: amount((one.gpu_usd ?? 0) + idle.gpu),
    ...{ gpuCostAdjustment: 0, gpuCostIdle: amount(spread.gpu), gpuEfficiency: 0 },
    ...{ networkTransferBytes: amount(parts.networkBytes), networkReceiveBytes: 0 },
    networkCost: amount(one.network_usd),
    networkCrossZoneCost: amount(parts.zoneUsd),
    networkCrossRegionCost: amount(parts.regionUsd),
    networkInternetCost: amount(parts.internetUsd),
    networkCostAdjustment: 0,
    ...{ loadBalancerCost: amount(one.load_balancer_usd), loadBalancerCostAdjustment: 0 },
    ...{ pvBytes: perHour(parts.storageByteHours), pvByteHours: amount(parts.storageByteHours) },
    ...{ pvCost: amount(one.storage_usd), pvs: null, pvCostAdjustment: 0 },
    ramBytes: perHour(one.ram_byte_hours),
    ramByteRequestAverage: amount(one.ram_byte_request_average),
    ramByteUsageAverage: amount(one.ram_byte_usage_average),
    ramByteHours: amount(one.ram_byte_hours),
    ramCost: amount((one.ram_usd ?? 0) + idle.ram),
    ...{ ramCostAdjustment: 0, ramCostIdle: amount(spread.ram) },
    ramEfficiency: ratio(one.ram_byte_usage_average, one.ram_byte_request_average),
    externalCost: amount(one.external_usd),
    sharedCost: amount(one.shared_usd),
    totalCost: amount(one.total_usd),
    totalEfficiency: amount(one.efficiency),
    ...{ lbAllocations: null, gpuAllocation: null },
  }
}

const none: AllocationParts = {
  ...{ idleUsd: { cpu: 0, ram: 0, gpu: 0 }, zoneUsd: 0, regionUsd: 0, internetUsd: 0 },
  ...{ networkBytes: 0, storageByteHours: 0 },
}

function propertiesOf({ properties }: Allocation) {
  const { cluster, node, container, controllerKind, namespace, pod, service } = properties
  const controller = properties.controller?.replace(/^[a-z]*:/, '')
  const labels = Object.fromEntries(
    Object.entries(properties).flatMap(([name, value]) =>
      name.startsWith('label:') ? [[name.slice(6), value] as const] : [],
    ),
  )
  const named = { cluster, node, container, controller, controllerKind, namespace, pod }
  return {
    ...Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined)),
    ...(service === undefined ? {} : { services: [service] }),
    ...(Object.keys(labels).length > 0 ? { labels } : {}),
  }
}

function ratio(usage: Number, request: Number): Number {
  if (usage === null || request === null) return 0
  return amount(request > 0 ? usage / request : usage > 0 ? 1 : 0)
}
