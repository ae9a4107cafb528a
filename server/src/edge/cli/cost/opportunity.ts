import type { Command } from 'commander'
import { type ConnectionOptions, connect, withConnection } from '../connection.ts'
import { dim, print, printJson } from '../print.ts'
import { money } from './money.ts'

export function opportunityCommand(cost: Command): void {
  withConnection(
    cost
      .command('opportunities')
      .description('where money could be had, the most first, with what it rests on'),
  ).action(async (options: ConnectionOptions) => {
    const answer = await connect(options).listOpportunities({})
    if (options.json) return printJson(answer)
    if (answer.opportunities.length === 0) print('Nothing was found that would save money.')
    for (const { action, subject, summary, saving_monthly_usd: saving, evidence } of answer.opportunities) {
      print(
        `${money(saving.p50)} a month (${money(saving.p10)} to ${money(saving.p90)})  ${action}  ${subject}`,
      )
      print(`  ${summary}`)
      for (const line of evidence) print(dim(`  ${line}`))
    }
    for (const notice of answer.notices) print(dim(notice))
  })
}
