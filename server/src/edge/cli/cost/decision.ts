import type { Decision } from '@aiops/contract/model/decision'
import { type Command, InvalidArgumentError } from 'commander'
import { type ConnectionOptions, connect, withConnection } from '../connection.ts'
import { wholeNumber } from '../number-option.ts'
import { bold, dim, green, percent, print, printJson, table } from '../print.ts'
import { money } from './money.ts'

type WhatIf = { provider: string; cost_percent: number; latency_percent: number; outage: boolean }
type DecideOptions = ConnectionOptions & { cost: WhatIf[]; latency: WhatIf[]; out: WhatIf[] }

/** `aiops cost decisions | decision | decide | propose | drop`. */
export function decisionCommands(cost: Command): void {
  withConnection(
    cost.command('decisions').description('what was decided of where services run, newest first'),
  )
    .option('--service <name>', 'of one service')
    .option('--limit <number>', 'how many, 200 at most', wholeNumber(1, 200), 20)
    .action(async (options: ConnectionOptions & { service?: string; limit: number }) => {
      const query = { page_size: options.limit, ...(options.service ? { service: [options.service] } : {}) }
      const found = await connect(options).listDecisions({ query })
      if (options.json) return printJson(found)
      if (found.items.length === 0) return print('Nothing has been decided yet.')
      const rows = found.items.map((one) => [
        one.at.slice(0, 19),
        one.service,
        one.state,
        one.action === 'MOVE' ? `${one.from} → ${one.to}` : (one.from ?? '–'),
        one.confidence === null ? '–' : percent(one.confidence),
        dim(one.id),
      ])
      for (const line of table([['AT', 'SERVICE', 'STATE', 'WHERE', 'WINS', 'ID'], ...rows])) print(line)
    })
  withConnection(
    cost.command('decision <id>').description('one decision: why, what stands against it, what came of it'),
  ).action(async (id: string, options: ConnectionOptions) => {
    const found = await connect(options).getDecision({ params: { id } })
    if (options.json) printJson(found)
    else printDecision(found)
  })
  withConnection(
    cost
      .command('decide [service...]')
      .description('what would be decided now, also as if prices or latencies had changed; nothing is kept'),
  )
    .option('--cost <provider=percent>', 'as if the provider cost so much more', whatIf('cost_percent'), [])
    .option('--latency <provider=percent>', 'as if it took so much longer', whatIf('latency_percent'), [])
    .option('--out <provider>', 'as if it were out', outOf, [])
    .addHelpText('after', '\nExample:\n  aiops cost decide checkout --cost aws=50\n')
    .action(async (services: string[], options: DecideOptions) => {
      const what_if = [...options.cost, ...options.latency, ...options.out]
      const { decisions } = await connect(options).decideNow({ body: { services, what_if } })
      if (options.json) return printJson(decisions)
      if (decisions.length === 0) print('Nothing is known of these services; see aiops cost telemetry.')
      for (const decision of decisions) printDecision(decision)
    })
  withConnection(cost.command('propose <id>').description('open a deployment for a decision'))
    .option('--comment <text>', 'why, where it was held', '')
    .action(async (id: string, options: ConnectionOptions & { comment: string }) => {
      const answer = await connect(options).proposeDecision({
        params: { id },
        body: { comment: options.comment },
      })
      if (options.json) printJson(answer)
      else print(`Deployment ${bold(answer.deployment_id)} is open.`)
    })
  withConnection(cost.command('drop <id>').description('say no to a decision'))
    .requiredOption('--reason <text>', 'why')
    .action(async (id: string, options: ConnectionOptions & { reason: string }) => {
      const answer = await connect(options).dropDecision({ params: { id }, body: { reason: options.reason } })
      if (options.json) printJson(answer)
      else
        print(`Dropped; ${answer.to} is not proposed for ${answer.service} again until the cooldown is over.`)
    })
}

function printDecision(one: Decision): void {
  print(`${bold(one.service)} ${one.state}${one.hypothetical ? dim(' (what if)') : ''}  ${one.explanation}`)
  const rows = one.options.map(({ provider, reading, score, acceptability, excluded }) => [
    provider,
    `${money(reading.cost_hourly_usd)}/h`,
    reading.latency_ms === null ? '–' : `${Math.round(reading.latency_ms)} ms`,
    score === null ? '–' : score.toFixed(3),
    acceptability === null ? '–' : percent(acceptability),
    excluded.join('; '),
  ])
  for (const line of table([['PROVIDER', 'COST', 'LATENCY', 'SCORE', 'WINS', 'RULED OUT'], ...rows]))
    print(`  ${line}`)
  for (const { name, passed, detail } of one.tests)
    print(`  ${passed ? green('ok  ') : 'held'} ${name}  ${dim(detail)}`)
  for (const flip of one.flips) print(dim(`  ${flip}`))
  if (one.outcome)
    print(
      `  realised ${money(one.outcome.realised_usd.p50)} (${money(one.outcome.realised_usd.p10)} to ${money(one.outcome.realised_usd.p90)})`,
    )
  if (one.review) print(`  ${one.review.finding}`)
}

const whatIf =
  (field: 'cost_percent' | 'latency_percent') =>
  (text: string, before: WhatIf[]): WhatIf[] => {
    const [provider = '', percentText = ''] = text.split('=')
    const value = Number(percentText)
    if (provider === '' || percentText === '' || !Number.isFinite(value))
      throw new InvalidArgumentError('Write it as provider=percent, for example aws=50.')
    return [...before, { provider, cost_percent: 0, latency_percent: 0, outage: false, [field]: value }]
  }
const outOf = (provider: string, before: WhatIf[]): WhatIf[] => [
  ...before,
  { provider, cost_percent: 0, latency_percent: 0, outage: true },
]
