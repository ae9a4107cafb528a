import type { Family, MetricWish } from './family.ts'
import { computeFamilies, memoryFamilies } from './family-compute.ts'
import { deviceFamilies, diskFamilies, networkFamilies } from './family-machine.ts'
import { lagFamilies, poolFamilies, restartFamilies } from './family-queue.ts'
import { errorFamilies, latencyFamilies, trafficFamilies } from './family-request.ts'

/** Of an aspect, the best first. */
export function familiesOf(wish: MetricWish): readonly Family[] {
  switch (wish.aspect) {
    case 'LATENCY':
      return latencyFamilies
    case 'ERRORS':
      return errorFamilies
    case 'TRAFFIC':
      return trafficFamilies
    case 'CPU':
      return computeFamilies
    case 'MEMORY':
      return memoryFamilies
    case 'DISK':
      return diskFamilies(wish.wantsAmount ?? false)
    case 'NETWORK':
      return networkFamilies
    case 'POOL':
      return poolFamilies
    case 'LAG':
      return lagFamilies
    case 'RESTARTS':
      return restartFamilies
    case 'TEMPERATURE':
    case 'POWER':
    case 'UTILIZATION':
      return deviceFamilies[wish.aspect]
    case 'NAMED':
      return []
  }
}
