import { z } from 'zod'
import { Budget, BudgetInput, BudgetStatus } from '../model/budget.ts'
import { operations } from './operation.ts'

export const budget = operations({
  listBudgets: {
    method: 'GET',
    path: '/api/v1/cost/budgets',
    tag: 'cost',
    permission: 'cost:read',
    errors: [],
    summary:
      'Budgets, with what was spent this month, what the month will come to, and the band that this is in.',
    response: z.object({ budgets: z.array(BudgetStatus) }),
  },
  createBudget: {
    method: 'POST',
    path: '/api/v1/cost/budgets',
    tag: 'cost',
    permission: 'cost:write',
    status: 201,
    errors: ['VALIDATION_FAILED', 'CONFLICT'],
    summary: 'Set a limit for what a team, an environment, a namespace or a service spends in a month.',
    body: BudgetInput,
    response: Budget,
  },
  updateBudget: {
    method: 'PUT',
    path: '/api/v1/cost/budgets/{id}',
    tag: 'cost',
    permission: 'cost:write',
    errors: ['VALIDATION_FAILED', 'NOT_FOUND'],
    summary: 'Change a budget.',
    params: z.object({ id: z.string() }),
    body: BudgetInput,
    response: Budget,
  },
  deleteBudget: {
    method: 'DELETE',
    path: '/api/v1/cost/budgets/{id}',
    tag: 'cost',
    permission: 'cost:write',
    status: 204,
    errors: ['NOT_FOUND'],
    summary: 'Remove a budget.',
    params: z.object({ id: z.string() }),
    response: z.null(),
  },
})
