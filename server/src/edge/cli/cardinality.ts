import type { Command } from 'commander'
import { type ConnectionOptions, connect, withConnection } from './connection.ts'
import { wholeNumber } from './number-option.ts'
import { bold, print, printJson, table } from './print.ts'

export function cardinalityCommand(program: Command): void {
  withConnection(
    program
      .command('cardinality')
      .description('which metrics have most series, and which labels are to blame')
      .option('--limit <n>', 'metrics and labels to show', wholeNumber(1, 100), 10)
      .addHelpText('after', examples),
  ).action(async (options: ConnectionOptions & { limit: number }) => {
    const report = await connect(options).getCardinality({ query: { limit: options.limit } })
    if (options.json) return printJson(report)
    print(`${report.series_total} series`)
    const rows = report.metrics.map(({ name, series, share, labels: [worst] }) => [
      name,
      String(series),
      `${(share * 100).toFixed(1)} %`,
      worst ? `${worst.name}: ${worst.values} values; without it ${worst.without} series` : '',
    ])
    for (const line of table([['METRIC', 'SERIES', 'SHARE', 'LABEL TO BLAME'].map(bold), ...rows]))
      print(line)
    print()
    const labels = report.labels.map(({ name, values, series }) => [name, String(values), String(series)])
    for (const line of table([['LABEL', 'VALUES', 'SERIES'].map(bold), ...labels])) print(line)
  })
}

const examples = `
Examples:
  aiops cardinality
  aiops cardinality --limit 3 --json | jq '.metrics[].labels[0]'
`
