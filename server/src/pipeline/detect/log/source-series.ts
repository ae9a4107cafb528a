import type { Labels } from '@aiops/contract/model/label'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { MadeSeries } from './finding.ts'

/** Gives made series their numbers; a number given back is given out again. */
export class SeriesNumbers {
  #size = 0
  readonly #freed: number[] = []
  #fresh: MadeSeries[] = []

  make(tenant: TenantId, labels: Labels, unit: string): number {
    const number = this.#freed.pop() ?? this.#size++
    this.#fresh.push({ number, tenant, labels, unit })
    return number
  }
  giveBack(numbers: Iterable<number>): void {
    for (const number of numbers) this.#freed.push(number)
  }
  /** What the other side has not been told of. */
  take(): MadeSeries[] {
    const fresh = this.#fresh
    this.#fresh = []
    return fresh
  }
}

/** The made series of one source, by name and part. */
export class SourceSeries {
  readonly #numbers: SeriesNumbers
  readonly #tenant: TenantId
  readonly #label: Labels
  readonly #known = new Map<string, number>()

  constructor(numbers: SeriesNumbers, tenant: TenantId, label: Labels) {
    this.#numbers = numbers
    this.#tenant = tenant
    this.#label = label
  }
  labelsOf(name: string, part: Labels): Labels {
    return { __name__: name, ...this.#label, ...part }
  }
  /** The number of `name` with these labels more; the first of them tells it from its like. */
  of(name: string, unit: string, part: Labels = {}): number {
    const key = `${name}\u0000${Object.values(part)[0] ?? ''}`
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const number = this.#numbers.make(this.#tenant, this.labelsOf(name, part), unit)
    this.#known.set(key, number)
    return number
  }
  release(): void {
    this.#numbers.giveBack(this.#known.values())
    this.#known.clear()
  }
}
