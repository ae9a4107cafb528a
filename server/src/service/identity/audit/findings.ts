import type { AuditFinding } from '@aiops/contract/model/audit'

const keptMax = 20

/** What was found wrong; of many the first are kept, and the rest counted. */
export class Findings {
  readonly kept: AuditFinding[] = []
  leftOut = 0
  #first = Number.POSITIVE_INFINITY
  add(finding: AuditFinding): void {
    if (finding.kind !== 'CHECKPOINT_FORGED') this.#first = Math.min(this.#first, finding.sequence)
    if (this.kept.length < keptMax) this.kept.push(finding)
    else this.leftOut += 1
  }
  /** The lowest number of an entry that is wrong; Infinity where none is. A forged checkpoint says nothing of entries. */
  get first(): number {
    return this.#first
  }
}
