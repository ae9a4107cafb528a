import type { Command } from 'commander'
import { type ConnectionOptions, connect, withConnection } from '../connection.ts'
import { dim, print, printJson, table } from '../print.ts'
import { money, share } from './money.ts'

export function budgetCommand(cost: Command): void {
  withConnection(
    cost.command('budgets').description('budgets, what was spent of them, and what the month will come to'),
  ).action(async (options: ConnectionOptions) => {
    const { budgets } = await connect(options).listBudgets({})
    if (options.json) return printJson(budgets)
    if (budgets.length === 0) return print('There is no budget yet; set one with POST /api/v1/cost/budgets.')
    const rows = budgets.map(({ budget, spent_usd, forecast_usd, band, forecast_band, coverage }) => [
      budget.name,
      money(budget.limit_monthly_usd),
      money(spent_usd),
      band,
      forecast_usd
        ? `${money(forecast_usd.p50)} (${money(forecast_usd.p10)} to ${money(forecast_usd.p90)})`
        : 'not yet: less than a day',
      forecast_band ?? '–',
      share(coverage),
    ])
    const head = ['BUDGET', 'LIMIT/MONTH', 'SPENT', 'BAND', 'FORECAST', 'FORECAST BAND', 'COVERAGE']
    for (const line of table([head, ...rows])) print(line)
    for (const source of new Set(budgets.flatMap(({ sources }) => sources))) print(dim(`source: ${source}`))
  })
}
