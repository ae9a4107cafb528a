import type { AnswerChart, AnswerTable, Claim, EvidenceRecord } from '@aiops/contract/model/answer'
import type { Draft } from './answerer.ts'

/** What a claim rests on: records, or ids of records and calls; undefined ones are left out. */
export type Cited = EvidenceRecord | string | undefined

/** A draft while it is being written. */
export class DraftWriter {
  readonly draft: Draft = {
    outcome: 'ANSWERED',
    claims: [],
    tables: [],
    charts: [],
    choices: [],
    suggestions: [],
    notChecked: [],
  }

  /** A sentence. Nothing is said that rests on nothing: without a citation it is left out. */
  say(text: string, cites: Cited | readonly Cited[], role: Claim['role'] = 'FACT'): this {
    const ids = idsOf(cites)
    if (ids.length > 0) this.draft.claims.push({ text, cites: ids, role })
    return this
  }

  headline(text: string, cites: Cited | readonly Cited[]): this {
    return this.say(text, cites, 'HEADLINE')
  }

  caveat(text: string, cites: Cited | readonly Cited[]): this {
    return this.say(text, cites, 'CAVEAT')
  }

  /** What a person may do now. */
  step(text: string, cites: Cited | readonly Cited[]): this {
    return this.say(text, cites, 'NEXT_STEP')
  }

  /** Rows beyond `max` are counted, not shown. */
  table(
    title: string,
    columns: readonly { key: string; title: string; numeric?: boolean }[],
    rows: readonly { cells: AnswerTable['rows'][number]['cells']; cites: Cited | readonly Cited[] }[],
    max: number,
    total = rows.length,
  ): this {
    if (rows.length === 0) return this
    this.draft.tables.push({
      title,
      columns: columns.map(({ numeric = false, ...column }) => ({ ...column, numeric })),
      rows: rows.slice(0, max).map(({ cells, cites }) => ({ cells, cites: idsOf(cites) })),
      more: Math.max(0, total - Math.min(rows.length, max)),
    })
    return this
  }

  chart(chart: AnswerChart): this {
    this.draft.charts.push(chart)
    return this
  }

  suggest(...questions: string[]): this {
    for (const question of questions)
      if (!this.draft.suggestions.includes(question)) this.draft.suggestions.push(question)
    return this
  }

  choice(text: string, question: string): this {
    this.draft.outcome = 'CLARIFY'
    this.draft.choices.push({ text, question })
    return this
  }

  couldNot(what: string, reason: string): this {
    this.draft.notChecked.push({ what, reason })
    return this
  }

  outcome(outcome: Draft['outcome']): this {
    this.draft.outcome = outcome
    return this
  }

  about(incidentId: string): this {
    this.draft.incidentId = incidentId
    return this
  }
}

const idsOf = (cites: Cited | readonly Cited[]): string[] => {
  const all = Array.isArray(cites) ? (cites as readonly Cited[]) : [cites as Cited]
  return [
    ...new Set(all.flatMap((one) => (one === undefined ? [] : typeof one === 'string' ? [one] : [one.id]))),
  ]
}

/** Rows of a list that a persona's depth shows. */
export const rowsOf = (depth: 'BRIEF' | 'NORMAL' | 'DEEP'): number =>
  ({ BRIEF: 5, NORMAL: 10, DEEP: 25 })[depth]
