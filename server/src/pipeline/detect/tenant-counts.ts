import type { DetectionTier } from '@aiops/contract/model/anomaly'
import { widened } from '../../kernel/column.ts'

const tiers = ['BASIC', 'AGILE', 'ROBUST'] as const
/** Of a tenant: points, those that the higher tiers looked at, those in which the robust one had the say, anomalies by tier. */
const column = { points: 0, agile: 1, robust: 2, anomalies: 3 } as const
const rowSize = column.anomalies + tiers.length

/** What was judged and told, by tenant number. */
export class TenantCounts {
  #rows = new Float64Array(rowSize * 4)

  reserve(tenant: number): void {
    if ((tenant + 1) * rowSize > this.#rows.length) this.#rows = widened(this.#rows, (tenant + 8) * rowSize)
  }

  judged(tenant: number, points: number, agile: number, robust: number): void {
    this.#add(tenant, column.points, points)
    this.#add(tenant, column.agile, agile)
    this.#add(tenant, column.robust, robust)
  }
  opened(tenant: number, tier: DetectionTier): void {
    this.#add(tenant, column.anomalies + tiers.indexOf(tier), 1)
  }

  of(tenant: number): {
    points: number
    agilePoints: number
    robustPoints: number
    anomalies: Record<DetectionTier, number>
  } {
    const at = (place: number): number => this.#rows[tenant * rowSize + place] ?? 0
    return {
      ...{ points: at(column.points), agilePoints: at(column.agile), robustPoints: at(column.robust) },
      anomalies: {
        BASIC: at(column.anomalies),
        AGILE: at(column.anomalies + 1),
        ROBUST: at(column.anomalies + 2),
      },
    }
  }

  #add(tenant: number, place: number, by: number): void {
    const at = tenant * rowSize + place
    this.#rows[at] = (this.#rows[at] as number) + by
  }
}
