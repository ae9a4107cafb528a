/**
 * Compensated summation after Kahan and Babuška in Neumaier's form (Neumaier 1974), as Prometheus sums. `sum` is the plain sum,
 * `compensation` what its roundings lost. Infinite sums have no compensation.
 */
export class KahanSum {
  sum = 0
  compensation = 0

  reset(sum = 0): void {
    this.sum = sum
    this.compensation = 0
  }

  add(value: number): void {
    const sum = this.sum
    const next = sum + value
    if (next === Number.POSITIVE_INFINITY || next === Number.NEGATIVE_INFINITY) this.compensation = 0
    else if (Math.abs(sum) >= Math.abs(value)) this.compensation += sum - next + value
    else this.compensation += value - next + sum
    this.sum = next
  }

  scale(factor: number): void {
    this.sum *= factor
    this.compensation *= factor
  }

  total(): number {
    return this.sum + this.compensation
  }
}
