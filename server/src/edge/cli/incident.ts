import { entityName } from '@aiops/contract/model/entity'
import { type IncidentDetail, incidentStatuses } from '@aiops/contract/model/incident'
import type { Command } from 'commander'
import { type ConnectionOptions, connect, withConnection } from './connection.ts'
import { numbered } from './incident-change.ts'
import { incidentExportCommands } from './incident-export.ts'
import { incidentLifeCommands } from './incident-life.ts'
import { incidentLinkCommands } from './incident-link.ts'
import { incidentMemberCommands } from './incident-member.ts'
import { incidentStatusCommands } from './incident-status.ts'
import { wholeNumber } from './number-option.ts'
import { bold, dim, percent, print, printJson, severity, span, table } from './print.ts'

type ListOptions = ConnectionOptions & { all?: boolean; limit: number }

export function incidentCommands(program: Command): void {
  withConnection(
    program
      .command('incidents')
      .description('what is broken: open incidents, newest first')
      .addHelpText('after', listExamples),
  )
    .option('--all', 'resolved and closed ones too')
    .option('--limit <number>', 'how many, 200 at most', wholeNumber(1, 200), 20)
    .action(async (options: ListOptions) => {
      const status = options.all
        ? [...incidentStatuses]
        : (['OPEN', 'ACKNOWLEDGED', 'INVESTIGATING'] as const)
      const found = await connect(options).listIncidents({
        query: { status: [...status], limit: options.limit },
      })
      if (options.json) return printJson(found)
      if (found.total === 0)
        return print(
          options.all ? 'There has been no incident.' : 'Nothing is wrong. (--all shows past incidents)',
        )
      const rows = found.incidents.map((i) => [
        bold(`INC-${i.number}`),
        severity(i.severity),
        i.status,
        span((Date.now() - Date.parse(i.started_at)) / 1_000),
        i.title,
        i.cause ? dim(`${entityName(i.cause.entity)} ${percent(i.cause.probability)}`) : '',
      ])
      for (const line of table([['', 'SEVERITY', 'STATUS', 'AGE', 'TITLE', 'FIRST CAUSE'], ...rows]))
        print(line)
      if (found.total > found.incidents.length)
        print(dim(`${found.total - found.incidents.length} more; --limit shows them`))
    })
  const one = withConnection(
    program
      .command('incident <id>')
      .description(
        'one incident (its number will do): causes, evidence, timeline, proposed runbook; and what people do to it',
      )
      .addHelpText('after', '\nExamples:\n  aiops incident 12\n  aiops incident INC-12 --json\n'),
  ).action(async (id: string, options: ConnectionOptions) => {
    const incident = await connect(options).getIncident({ params: numbered(id) })
    if (options.json) printJson(incident)
    else printIncident(incident)
  })
  incidentStatusCommands(one)
  incidentLifeCommands(one)
  incidentMemberCommands(one)
  incidentLinkCommands(one)
  incidentExportCommands(one)
}

const listExamples = `
Examples:
  aiops incidents
  aiops incidents --all --limit 100
  aiops incidents --json | jq '.incidents[].title'
`

function printIncident(incident: IncidentDetail): void {
  print(
    `${bold(`INC-${incident.number}`)} ${severity(incident.severity)} ${incident.status}  ${incident.title}`,
  )
  print(
    dim(
      `began ${incident.started_at}, noticed ${span(incident.ttd)} later${incident.ttr === null ? '' : `, resolved after ${span(incident.ttr)}`}; affects ${incident.affected_entities.map(entityName).join(', ')}`,
    ),
  )
  printDiagnosis(incident)
  for (const remediation of incident.remediations) {
    print(
      `\n${bold('Runbook')} ${remediation.runbook_name} for ${entityName(remediation.entity)}: ${remediation.status}  ${dim(remediation.id)}`,
    )
    for (const step of remediation.plan) print(`  ${step.phase.toLowerCase()}  ${step.sentence}`)
    for (const result of remediation.step_results)
      print(`  ${result.status.toLowerCase()}  ${result.name}${result.error ? `: ${result.error}` : ''}`)
    if (remediation.status === 'PENDING_APPROVAL') print(`  approve with: aiops approve ${remediation.id}`)
  }
  print(`\n${bold('Timeline')}`)
  for (const event of incident.timeline)
    print(
      `  ${dim(event.at.slice(11, 19))}  ${event.sentence}${event.actor === 'system' ? '' : dim(` (${event.actor})`)}`,
    )
}

function printDiagnosis({ diagnosis }: IncidentDetail): void {
  if (!diagnosis) {
    print('\nNot explained yet.')
    return
  }
  print(`\n${bold('Causes')}`)
  for (const cause of diagnosis.causes) {
    print(
      `  ${cause.rank}. ${percent(cause.probability).padStart(5)}  ${bold(entityName(cause.entity))} ${cause.category}  ${cause.sentence}`,
    )
    if (cause.rank > 2) continue
    for (const evidence of cause.evidence) print(`            ${dim(evidence.sentence)}`)
  }
  print(`     ${percent(diagnosis.unknown_probability).padStart(5)}  something else`)
  if (diagnosis.causal_chain.length > 0)
    print(`\n${bold('How it spread')}  ${diagnosis.causal_chain.map((link) => link.sentence).join(' → ')}`)
  const healthy = diagnosis.checked.filter((c) => c.verdict === 'HEALTHY').map((c) => entityName(c.entity))
  if (healthy.length > 0) print(`${bold('Checked and healthy')}  ${healthy.join(', ')}`)
  for (const missing of diagnosis.degraded) print(dim(`done without: ${missing}`))
}
