import { ApiError } from '@aiops/contract/client'
import { BudgetInput } from '@aiops/contract/model/budget'
import { describe, expect, it } from 'vitest'
import { budgetInputOf, budgetProblems, budgetServerProblems, draftOf, selectorText } from './budget-draft.ts'

const whole = { ...draftOf(undefined), name: ' Storefront ', team: 'storefront', limit: '$2,500' }

describe('a budget that is typed', () => {
  it('begins with the usual thresholds and lacks a name and a limit', () => {
    expect([...budgetProblems(draftOf(undefined)).keys()]).toEqual(['name', 'limit_monthly_usd'])
  })

  it('becomes what the API takes', () => {
    expect(budgetProblems(whole).size).toBe(0)
    const input = budgetInputOf(whole)
    expect(BudgetInput.parse(input)).toEqual(input)
    expect(input).toMatchObject({ name: 'Storefront', limit_monthly_usd: 2_500, thresholds: [0.8, 0.9, 1] })
  })

  it('comes back as it was when it is edited', () => {
    const input = budgetInputOf({ ...whole, hardLimit: '3000', alert: '72.5' })
    const stored = { ...input, id: 'b', created_at: '', updated_at: '', created_by: 'anna' }
    expect(budgetInputOf(draftOf(stored))).toEqual(input)
  })

  it('is refused where it contradicts itself', () => {
    expect([...budgetProblems({ ...whole, hardLimit: '10' }).keys()]).toEqual(['hard_limit_monthly_usd'])
    expect([...budgetProblems({ ...whole, freeze: '70' }).keys()]).toEqual(['thresholds'])
    expect([...budgetProblems({ ...whole, block: '' }).keys()]).toEqual(['thresholds'])
    for (const limit of ['0', '-3', 'many', 'Infinity'])
      expect(budgetProblems({ ...whole, limit }).has('limit_monthly_usd')).toBe(true)
  })

  it('shows what the server says at the field it speaks of', () => {
    const refused = (message: string) => {
      const at = '2026-01-01T00:00:00Z'
      return new ApiError(422, { code: 'VALIDATION_FAILED', message, trace_id: '', timestamp: at })
    }
    const { byField, rest } = budgetServerProblems(refused('thresholds must be above 0 and ascend.'))
    expect([...byField]).toEqual([['thresholds', 'It must be above 0 and ascend.']])
    expect(rest).toBeUndefined()
    const taken = { code: 'CONFLICT', message: 'There is a budget All already.' } as const
    const conflict = new ApiError(409, { ...taken, trace_id: '', timestamp: '2026-01-01T00:00:00Z' })
    expect([...budgetServerProblems(conflict).byField]).toEqual([['name', taken.message]])
    expect(budgetServerProblems(refused('There are 500 budgets already.')).rest).toBeInstanceOf(ApiError)
  })

  it('says what it takes in', () => {
    const none = { team: '', environment: '', namespace: '', service: '' }
    expect(selectorText(none)).toBe('everything')
    expect(selectorText({ ...none, team: 'data', service: 'etl' })).toBe('team data, service etl')
  })
})
