export type CheckedFact = { fact: string; holds: boolean; found: string }

/** What was looked at, in order. */
export class FactBook {
  readonly facts: CheckedFact[] = []

  /** By `near` a share of the number may be missing or too much. */
  number(fact: string, found: number | undefined, wanted: number, near = 0.02): void {
    const holds = found !== undefined && Math.abs(found - wanted) <= Math.abs(wanted) * near + 1e-9
    this.facts.push({ fact: `${fact} is ${wanted}`, holds, found: String(found) })
  }
  is(fact: string, found: unknown, wanted: unknown): void {
    const [text, other] = [JSON.stringify(found), JSON.stringify(wanted)]
    this.facts.push({ fact: `${fact} is ${other}`, holds: text === other, found: String(text) })
  }
  holds(fact: string, holds: boolean, found: unknown): void {
    this.facts.push({ fact, holds, found: JSON.stringify(found) ?? 'nothing' })
  }
}
