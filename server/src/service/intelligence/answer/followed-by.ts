import type { Draft } from './answerer.ts'

/** Facts and tables of a second answer that stand beside the first. */
const [factsMax, tablesMax] = [3, 1]

/** Two answers to one sentence that asked two things. Where the second could not be answered, that is said and the first stands. */
export function followedBy(first: Draft, second: Draft): Draft {
  const isNew = ({ text }: Draft['claims'][number]): boolean =>
    !first.claims.some((claim) => claim.text === text)
  const claims = second.claims.filter(isNew)
  const headlines = claims.filter(({ role }) => role === 'HEADLINE')
  if (second.outcome === 'CLARIFY') return first
  return {
    ...first,
    outcome: first.outcome === 'UNANSWERABLE' && second.outcome === 'ANSWERED' ? 'ANSWERED' : first.outcome,
    claims: [
      ...first.claims,
      ...headlines,
      ...claims.filter(({ role }) => role === 'FACT').slice(0, factsMax),
    ],
    tables: [...first.tables, ...second.tables.slice(0, tablesMax)],
    charts: [...first.charts, ...second.charts.slice(0, 1)],
    suggestions: [...new Set([...first.suggestions.slice(0, 2), ...second.suggestions])],
    notChecked: [...first.notChecked, ...second.notChecked],
    ...(first.incidentId === undefined && second.incidentId !== undefined
      ? { incidentId: second.incidentId }
      : {}),
  }
}
