import { writeFile } from 'node:fs/promises'
import { ReportFormat, ReportType } from '@aiops/contract/model/report'
import { type Command, Option } from 'commander'
import { Fault } from '../../kernel/fault.ts'
import { type ConnectionOptions, connect, download, withConnection } from './connection.ts'
import { Exit } from './exit.ts'
import { dim, print, printJson, table } from './print.ts'
import { durationOf } from './time-option.ts'

type WriteOptions = ConnectionOptions & {
  type: string
  format: string
  since: string
  incident?: string
  title?: string
  cluster: string[]
  output?: string
}

const waitMs = 120_000
const lookEveryMs = 300

export function reportCommands(program: Command): void {
  withConnection(program.command('reports').description('reports that were written')).action(
    async (options: ConnectionOptions) => {
      const { items } = await connect(options).listReports({})
      if (options.json) return printJson(items)
      if (items.length === 0) return print('No report. Write one with "aiops report".')
      const rows = items.map((one) => [
        one.id,
        one.status,
        one.report_type,
        one.format,
        one.created_at,
        one.title,
      ])
      for (const line of table([['ID', 'STATUS', 'TYPE', 'FORMAT', 'WRITTEN', 'TITLE'], ...rows])) print(line)
    },
  )
  withConnection(
    program
      .command('report')
      .description('write a report; every number in it names its evidence')
      .addOption(
        new Option('--type <type>', 'what it is about')
          .choices(ReportType.options.map((type) => type.toLowerCase().replaceAll('_', '-')))
          .default('executive-summary'),
      )
      .addOption(
        new Option('--format <format>')
          .choices(ReportFormat.options.map((format) => format.toLowerCase()))
          .default('markdown'),
      )
      .option('--since <duration>', 'how far back, such as 30m or 7d', durationOf, '24h')
      .option('--incident <number>', 'of an incident report: INC-12 or its id')
      .option('--title <title>')
      .option(
        '--cluster <name>',
        'only about this one; may be repeated',
        (name, names: string[]) => [...names, name],
        [] as string[],
      )
      .option('-o, --output <file>', 'where it goes; stdout without it')
      .addHelpText('after', examples),
  ).action(writeReport)
}

async function writeReport(options: WriteOptions): Promise<void> {
  const client = connect(options)
  const begun = await client.createReport({
    body: {
      report_type: ReportType.parse(options.type.toUpperCase().replaceAll('-', '_')),
      format: ReportFormat.parse(options.format.toUpperCase()),
      cluster_scope: options.cluster,
      time_range: { duration: options.since },
      ...(options.title === undefined ? {} : { title: options.title }),
      ...(options.incident === undefined ? {} : { incident_id: options.incident }),
    },
  })
  const untilMs = Date.now() + waitMs
  let report = begun
  while (report.status === 'PENDING') {
    if (Date.now() > untilMs) throw new Fault('TIMEOUT', `The report ${report.id} is still being written.`)
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs))
    report = await client.getReport({ params: { id: report.id } })
  }
  if (options.json) printJson(report)
  if (report.status === 'FAILED') {
    process.stderr.write(`aiops: the report could not be written: ${report.error}\n`)
    throw new Exit(1)
  }
  if (options.json && options.output === undefined) return
  const document = await download(options, `/api/v1/reports/${encodeURIComponent(report.id)}/download`)
  const bytes = Buffer.from(await document.arrayBuffer())
  if (options.output === undefined || options.output === '-') process.stdout.write(bytes)
  else {
    await writeFile(options.output, bytes)
    if (!options.json) print(dim(`${options.output}: ${bytes.length} bytes, sha256 ${report.sha256}`))
  }
}

const examples = `
Examples:
  aiops report                                          an executive summary of the last day, as Markdown
  aiops report --type incident-report --incident INC-12 --format pdf -o inc-12.pdf
  aiops report --type capacity-plan --since 7d --format html -o capacity.html
`
