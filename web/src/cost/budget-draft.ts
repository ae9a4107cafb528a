import { ApiError } from '@aiops/contract/client'
import type { Budget, BudgetBand, BudgetInput } from '@aiops/contract/model/budget'
import { monthly } from '@aiops/contract/model/money'
import type { Tone } from '../ui/badge.tsx'
import { serverProblems } from '../ui/server-problem.ts'

/** A budget as it is typed. Thresholds in per cent of the limit. */
export type BudgetDraft = {
  name: string
  team: string
  environment: string
  namespace: string
  service: string
  limit: string
  hardLimit: string
  alert: string
  freeze: string
  block: string
}

export const draftOf = (budget: Budget | undefined): BudgetDraft => {
  const [alert = 0.8, freeze = 0.9, block = 1] = budget?.thresholds ?? []
  const percent = (share: number): string => String(Math.round(share * 1_000) / 10)
  return {
    name: budget?.name ?? '',
    ...(budget?.selector ?? { team: '', environment: '', namespace: '', service: '' }),
    limit: budget ? String(budget.limit_monthly_usd) : '',
    hardLimit: budget?.hard_limit_monthly_usd == null ? '' : String(budget.hard_limit_monthly_usd),
    ...{ alert: percent(alert), freeze: percent(freeze), block: percent(block) },
  }
}

/** What is not complete yet, by the API's field names. */
export function budgetProblems(draft: BudgetDraft): Map<string, string> {
  const problems = new Map<string, string>()
  if (draft.name.trim() === '') problems.set('name', 'Give it a name.')
  const limit = amountOf(draft.limit)
  if (limit === undefined) problems.set('limit_monthly_usd', 'An amount above 0, such as 2500.')
  if (draft.hardLimit.trim() !== '') {
    const hard = amountOf(draft.hardLimit)
    if (hard === undefined) problems.set('hard_limit_monthly_usd', 'An amount above 0, or nothing.')
    else if (limit !== undefined && hard < limit)
      problems.set('hard_limit_monthly_usd', 'It must not be below the limit.')
  }
  const shares = sharesOf(draft)
  if (shares.some((share) => !(share > 0)) || shares.some((share, i) => share < (shares[i - 1] ?? 0)))
    problems.set('thresholds', 'Three percentages above 0 that ascend.')
  return problems
}

/** Of a draft without problems. */
export const budgetInputOf = (draft: BudgetDraft): BudgetInput => {
  const [alert = 0, freeze = 0, block = 0] = sharesOf(draft)
  const { team, environment, namespace, service } = draft
  return {
    name: draft.name.trim(),
    selector: {
      ...{ team: team.trim(), environment: environment.trim() },
      ...{ namespace: namespace.trim(), service: service.trim() },
    },
    limit_monthly_usd: monthly(amountOf(draft.limit) ?? 0),
    hard_limit_monthly_usd: draft.hardLimit.trim() === '' ? null : monthly(amountOf(draft.hardLimit) ?? 0),
    thresholds: [alert, freeze, block],
  }
}

const fields = [
  ...['name', 'team', 'environment', 'namespace', 'service'],
  ...['limit_monthly_usd', 'hard_limit_monthly_usd', 'thresholds'],
]

/** What the server says, at its field; its sentences on a whole budget begin with the field’s name. */
export function budgetServerProblems(error: unknown): ReturnType<typeof serverProblems> {
  const found = serverProblems(error, fields)
  if (found.byField.size > 0 || !(found.rest instanceof Error)) return found
  const { message } = found.rest
  // The only thing of a budget that another one can have already.
  if (found.rest instanceof ApiError && found.rest.status === 409)
    return { byField: new Map([['name', message]]), rest: undefined }
  const field = fields.find((one) => message.startsWith(`${one} `))
  if (field === undefined) return found
  return { byField: new Map([[field, `It ${message.slice(field.length + 1)}`]]), rest: undefined }
}

export const bandLook: Record<BudgetBand, { word: string; tone: Tone; bar: string; means: string }> = {
  MONITOR: { word: 'Within', tone: 'ok', bar: 'bg-ok', means: 'Below the first threshold.' },
  ALERT: { word: 'Alert', tone: 'medium', bar: 'bg-medium', means: 'The alert threshold is reached.' },
  FREEZE: {
    word: 'Freeze',
    tone: 'high',
    bar: 'bg-high',
    means: 'The freeze threshold is reached: only cheaper options are allowed.',
  },
  BLOCK: { word: 'Block', tone: 'critical', bar: 'bg-critical', means: 'The limit is reached.' },
  HARD: {
    ...{ word: 'Beyond hard limit', tone: 'critical', bar: 'bg-critical' },
    means: 'The hard limit is passed.',
  },
}

/** What it takes in: `team storefront, environment production`. */
export const selectorText = (selector: Budget['selector']): string =>
  Object.entries(selector)
    .flatMap(([name, value]) => (value === '' ? [] : [`${name} ${value}`]))
    .join(', ') || 'everything'

const amountOf = (text: string): number | undefined => {
  const value = Number(text.replaceAll(/[$,\s]/g, ''))
  return text.trim() !== '' && Number.isFinite(value) && value > 0 ? value : undefined
}

const sharesOf = ({ alert, freeze, block }: BudgetDraft): number[] =>
  [alert, freeze, block].map((text) => (text.trim() === '' ? Number.NaN : Number(text) / 100))
