import type { AnswerChart, AnswerTable, Claim, EvidenceRecord } from '@aiops/contract/model/answer'
import { plainLine } from '../plain-line.ts'
import type { Draft } from './answerer.ts'
import { inertSentence } from './inert-sentence.ts'

/** What a claim rests on: records, or ids of records and calls; undefined ones are left out. */
export type Cited = EvidenceRecord | string | undefined

/** Characters of a title, of a cell, and of a question that is suggested; a name has 253 at most. */
const [titleMax, cellMax, questionMax] = [300, 1_000, 500]

/** A draft while it is being written. All that it says is made inert here, whoever chose the names in it. */
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
    if (ids.length > 0) this.draft.claims.push({ text: inertSentence(text), cites: ids, role })
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
      title: plainLine(title, titleMax),
      columns: columns.map(({ key, title, numeric = false }) => ({
        ...{ key, title: plainLine(title, titleMax), numeric },
      })),
      rows: rows.slice(0, max).map(({ cells, cites }) => ({ cells: plainCells(cells), cites: idsOf(cites) })),
      more: Math.max(0, total - Math.min(rows.length, max)),
    })
    return this
  }

  chart(chart: AnswerChart): this {
    const marks = chart.marks.map(({ at, text }) => ({ at, text: plainLine(text, titleMax) }))
    this.draft.charts.push({ ...chart, title: plainLine(chart.title, titleMax), marks })
    return this
  }

  suggest(...questions: string[]): this {
    for (const question of questions.map((one) => plainLine(one, questionMax)))
      if (!this.draft.suggestions.includes(question)) this.draft.suggestions.push(question)
    return this
  }

  choice(text: string, question: string): this {
    this.draft.outcome = 'CLARIFY'
    this.draft.choices.push({ text: inertSentence(text), question: plainLine(question, questionMax) })
    return this
  }

  couldNot(what: string, reason: string): this {
    this.draft.notChecked.push({ what: plainLine(what, titleMax), reason: plainLine(reason, cellMax) })
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

const plainCells = (cells: AnswerTable['rows'][number]['cells']): typeof cells =>
  Object.fromEntries(
    Object.entries(cells).map(([key, cell]) => [
      key,
      typeof cell === 'string' ? plainLine(cell, cellMax) : cell,
    ]),
  )

const idsOf = (cites: Cited | readonly Cited[]): string[] => {
  const all = Array.isArray(cites) ? (cites as readonly Cited[]) : [cites as Cited]
  return [
    ...new Set(all.flatMap((one) => (one === undefined ? [] : typeof one === 'string' ? [one] : [one.id]))),
  ]
}

/** Rows of a list that a persona's depth shows. */
export const rowsOf = (depth: 'BRIEF' | 'NORMAL' | 'DEEP'): number =>
  ({ BRIEF: 5, NORMAL: 10, DEEP: 25 })[depth]
