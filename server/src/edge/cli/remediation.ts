import type { Command } from 'commander'
import { type ConnectionOptions, connect, withConnection } from './connection.ts'
import { print, printJson } from './print.ts'

type Options = ConnectionOptions & { comment?: string }

export function remediationCommands(program: Command): void {
  for (const [name, approved] of [
    ['approve', true],
    ['reject', false],
  ] as const) {
    withConnection(
      program
        .command(`${name} <remediation>`)
        .description(approved ? 'approve a proposed runbook; it runs at once' : 'reject a proposed runbook')
        .addHelpText('after', examplesOf(name)),
    )
      .option('--comment <text>', 'kept with the decision')
      .action(async (id: string, options: Options) => {
        const body = { approved, ...(options.comment ? { comment: options.comment } : {}) }
        const remediation = await connect(options).approveRemediation({ params: { id }, body })
        if (options.json) printJson(remediation)
        else
          print(
            `${remediation.runbook_name} is now ${remediation.status}.${approved ? ` Follow it with: aiops incident ${remediation.incident_id}` : ''}`,
          )
      })
  }
}

const examplesOf = (name: string): string => `
The id of a proposed runbook is on its incident:
  aiops incident 1
  aiops ${name} 0190b6f2-7c1e-7d3a-9a55-0d8f6d1c2b3a --comment "seen with Anna"
`
