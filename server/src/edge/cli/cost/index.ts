/** `aiops cost`: what is spent and where, budgets, prices, and what could be saved. */

import type { Command } from 'commander'
import { allocationCommand } from './allocation.ts'
import { budgetCommand } from './budget.ts'
import { decisionCommands } from './decision.ts'
import { focusCommand } from './focus.ts'
import { opportunityCommand } from './opportunity.ts'
import { priceCommand } from './price.ts'
import { providerCommands } from './provider.ts'
import { replayCommand } from './replay.ts'
import { simulateCommand } from './simulate.ts'

export function costCommands(program: Command): void {
  const cost = program
    .command('cost')
    .description('what things cost, where they are best, and what was saved')
  allocationCommand(cost)
  budgetCommand(cost)
  priceCommand(cost)
  opportunityCommand(cost)
  focusCommand(cost)
  providerCommands(cost)
  decisionCommands(cost)
  replayCommand(cost)
  simulateCommand(cost)
}
