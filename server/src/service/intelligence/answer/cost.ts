import type { Answerer } from './answerer.ts'
import { budgets } from './cost/budget.ts'
import { placement } from './cost/placement.ts'
import { prices } from './cost/price.ts'
import { savings } from './cost/saving.ts'
import { spend } from './cost/spend.ts'

/** Money: what is spent, what it would cost elsewhere, what was decided, and what may be spent. */
export const costAnswerers: readonly Answerer[] = [spend, prices, budgets, savings, placement]
