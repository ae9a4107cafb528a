import type { Command } from 'commander'
import { Fault } from '../../kernel/fault.ts'
import { Exit } from './exit.ts'
import { print, printJson } from './print.ts'

type Report = {
  folder: string
  checked: Record<string, number>
  findings: { file: string; kind: string; place: string; problem: string; repaired: boolean }[]
  findingsLeftOut: number
}
export type DataCheckDeps = {
  data: { check(options: { data?: string; repair: boolean }): Promise<Report> }
}
type Options = { data?: string; repair?: boolean; json?: boolean }

export function dataCommand(program: Command, deps: DataCheckDeps): void {
  program
    .command('data')
    .description('look after the data folder')
    .command('check')
    .description('walk every stored piece and try its checksum; exit 1 when something is damaged')
    .option(
      '--repair',
      'take damaged pieces out, and rebuild a file whose structure is damaged; the rest stays',
    )
    .option('--data <folder>', 'data folder; no server may have it open')
    .option('--json', 'print JSON')
    .addHelpText('after', examples)
    .action(async ({ data, repair, json }: Options) => {
      const report = await deps.data.check({ repair: repair === true, ...(data ? { data } : {}) })
      const { folder, checked, findings, findingsLeftOut } = report
      if (Object.keys(checked).length === 0 && findings.length === 0)
        throw new Fault('NOT_FOUND', `There is no data in ${folder}; name the data folder with --data.`)
      if (json) printJson({ ...report, findings_left_out: findingsLeftOut, findingsLeftOut: undefined })
      else printReport(report)
      const open = findings.some((finding) => !finding.repaired) || findingsLeftOut > 0
      if (repair ? open : findings.length > 0) throw new Exit(1)
    })
}

function printReport({ folder, checked, findings, findingsLeftOut }: Report): void {
  const looked = Object.entries(checked).map(([table, count]) => `${count} of ${table}`)
  print(`Looked at ${looked.join(', ') || 'nothing'} in ${folder}`)
  if (findings.length === 0) {
    print('Nothing is damaged.')
    return
  }
  const rows = findings.map(({ file, kind, place, problem, repaired }) => [
    file,
    kind,
    place,
    repaired ? `${problem}; taken out` : problem,
  ])
  const widths = [0, 1, 2].map((i) => Math.max(...rows.map((row) => row[i]!.length)))
  for (const row of rows) print(row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  '))
  if (findingsLeftOut > 0) print(`and ${findingsLeftOut} more`)
}

const examples = `
Examples:
  aiops data check --data /var/lib/aiops
  aiops data check --repair --json
`
