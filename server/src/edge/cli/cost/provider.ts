import type { Command } from 'commander'
import { type ConnectionOptions, connect, withConnection } from '../connection.ts'
import { dim, percent, print, printJson, span, table } from '../print.ts'
import { money } from './money.ts'

/** `aiops cost telemetry | place | savings`. */
export function providerCommands(cost: Command): void {
  withConnection(
    cost
      .command('telemetry [service...]')
      .description('what providers offer, how old it is, and who says so'),
  ).action(async (service: string[], options: ConnectionOptions) => {
    const found = await connect(options).listProviderTelemetry({ query: { service } })
    if (options.json) return printJson(found)
    if (found.readings.length === 0)
      return print('Nobody has told what providers offer. Try: aiops cost simulate --sample')
    const placed = new Map(found.placements.map((one) => [one.service, one.provider]))
    const rows = found.readings.map((one) => [
      one.service,
      `${placed.get(one.service) === one.provider ? '*' : ' '} ${one.provider}`,
      `${money(one.cost_hourly_usd)}/h`,
      one.latency_ms === null ? '–' : `${Math.round(one.latency_ms)} ms`,
      one.credits === null ? '–' : percent(one.credits),
      String(one.available_gpus ?? '–'),
      one.region ?? '–',
      `${span(one.age_seconds)}${one.stale ? ' stale' : ''}`,
      dim(one.source),
    ])
    for (const line of table([
      ['SERVICE', '  PROVIDER', 'COST', 'LATENCY', 'CREDIT', 'GPUS', 'REGION', 'AGE', 'SOURCE'],
      ...rows,
    ]))
      print(line)
    for (const notice of found.notices ?? []) print(dim(notice))
  })
  withConnection(
    cost
      .command('place <service> <provider>')
      .description('say where a service runs, where nobody else does'),
  ).action(async (service: string, provider: string, options: ConnectionOptions) => {
    const placed = await connect(options).putPlacement({ params: { service }, body: { provider } })
    if (options.json) printJson(placed)
    else print(`${placed.service} runs at ${placed.provider}.`)
  })
  withConnection(cost.command('savings').description('what moves were to save, and what they did')).action(
    async (options: ConnectionOptions) => {
      const found = await connect(options).listSavings({})
      if (options.json) return printJson(found)
      if (found.savings.length === 0) return print('No move has been made in the last 30 days.')
      const rows = found.savings.map((one) => [
        one.at.slice(0, 16),
        one.service,
        money(one.predicted_usd?.p50),
        one.realised_usd
          ? `${money(one.realised_usd.p50)} (${money(one.realised_usd.p10)} to ${money(one.realised_usd.p90)})`
          : '–',
        one.right === null ? 'not known' : one.right ? 'right' : 'wrong',
      ])
      for (const line of table([['AT', 'SERVICE', 'PREDICTED', 'REALISED', ''], ...rows])) print(line)
      print(`realised in all: ${money(found.realised_total_usd)}`)
    },
  )
}
