import type {
  CorrelationAction,
  CorrelationRule,
  CorrelationRuleInput,
} from '@aiops/contract/model/correlation-rule'

/** A rule as the form holds it. */
export type RuleDraft = {
  name: string
  enabled: boolean
  order: string
  when: string
  action: CorrelationAction
  by: string
  sourceWhen: string
  route: string
  comment: string
}

export const draftOf = (rule: CorrelationRule | undefined): RuleDraft => ({
  name: rule?.name ?? '',
  enabled: rule?.enabled ?? true,
  order: String(rule?.order ?? 1_000),
  when: rule?.when ?? '',
  action: rule?.action ?? 'SUPPRESS',
  by: rule?.by.join(', ') ?? '',
  sourceWhen: rule?.source_when ?? '',
  route: rule?.route ?? '',
  comment: rule?.comment ?? '',
})

/** Which further fields an action has. */
export const asks = {
  by: (action: CorrelationAction): boolean =>
    action === 'GROUP' || action === 'SEPARATE' || action === 'INHIBIT',
  source: (action: CorrelationAction): boolean => action === 'INHIBIT',
  route: (action: CorrelationAction): boolean => action === 'ROUTE',
}

/** What is wrong by field; empty where it can be sent. */
export function draftProblems(draft: RuleDraft): ReadonlyMap<string, string> {
  const problems = new Map<string, string>()
  const order = Number(draft.order)
  if (draft.name.trim() === '') problems.set('name', 'Give it a name.')
  if (draft.when.trim() === '') problems.set('when', 'Say which signals: severity == "LOW".')
  if (asks.source(draft.action) && draft.sourceWhen.trim() === '')
    problems.set('source_when', 'Say what has to be firing.')
  if (asks.route(draft.action) && draft.route.trim() === '')
    problems.set('route', 'Say who is to hear of it.')
  if (!(Number.isInteger(order) && order >= 0 && order <= 1_000_000))
    problems.set('order', 'A whole number from 0 to 1,000,000.')
  return problems
}

/** A draft without problems as the API takes it; what its action does not have is left out. */
export const inputOf = (draft: RuleDraft): CorrelationRuleInput => ({
  name: draft.name.trim(),
  enabled: draft.enabled,
  order: Number(draft.order),
  when: draft.when.trim(),
  action: draft.action,
  by: asks.by(draft.action) ? [...new Set(draft.by.split(/[\s,]+/).filter(Boolean))] : [],
  source_when: asks.source(draft.action) ? draft.sourceWhen.trim() : '',
  route: asks.route(draft.action) ? draft.route.trim() : '',
  comment: draft.comment.trim(),
})
