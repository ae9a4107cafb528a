import { EntityId } from '@aiops/contract/model/entity'
import type { Incident } from '@aiops/contract/model/incident'
import { type Severity, severities } from '@aiops/contract/model/severity'
import { type Command, InvalidArgumentError } from 'commander'
import { type ConnectionOptions, connect, withConnection } from './connection.ts'
import { print, printJson, severity } from './print.ts'

type Options = ConnectionOptions & { comment?: string; entity?: string }
type Client = ReturnType<typeof connect>

/** What people do to incidents, below `aiops incident`. */
export function incidentLifeCommands(incident: Command): void {
  add(incident, 'assign <incident> [who]', 'assign it to somebody; to nobody where nobody is named')
    .addHelpText('after', '\nExamples:\n  aiops incident assign 12 anna\n  aiops incident assign 12\n')
    .action((id: string, who: string | undefined, _: Options, command: Command) =>
      tell(command, (client) =>
        client.assignIncident({ params: numbered(id), body: { assignee: who ?? null } }),
      ),
    )
  add(incident, 'severity <incident> <severity>', 'set the severity; "auto" lets it follow the members again')
    .addHelpText(
      'after',
      '\nExamples:\n  aiops incident severity 12 critical\n  aiops incident severity 12 auto\n',
    )
    .option('--comment <text>', 'kept with the change')
    .action((id: string, word: string, options: Options, command: Command) => {
      const body = { severity: severityOf(word), ...commentOf(options) }
      return tell(command, (client) => client.setIncidentSeverity({ params: numbered(id), body }))
    })
  add(incident, 'merge <incident> <into>', 'merge it into another')
    .addHelpText('after', '\nExamples:\n  aiops incident merge 13 12 --comment "same disk"\n')
    .option('--comment <text>', 'kept with the change')
    .action((id: string, into: string, options: Options, command: Command) => {
      const body = { into: numbered(into).id, ...commentOf(options) }
      return tell(command, (client) => client.mergeIncident({ params: numbered(id), body }))
    })
  add(
    incident,
    'split <incident> <member...>',
    'make a new incident of some alerts or anomalies, by their ids',
  )
    .addHelpText('after', '\nExamples:\n  aiops incident split 12 0190b6f2-7c1e-7d3a-9a55-0d8f6d1c2b3a\n')
    .option('--comment <text>', 'kept with the change')
    .action((id: string, members: string[], options: Options, command: Command) => {
      const body = { members, ...commentOf(options) }
      return tell(command, (client) => client.splitIncident({ params: numbered(id), body }))
    })
  add(incident, 'cause <incident> [sentence]', 'say what the cause was; without a sentence it is taken back')
    .addHelpText(
      'after',
      '\nExamples:\n  aiops incident cause 12 "the pool was full" --entity service/payments\n  aiops incident cause 12\n',
    )
    .option('--entity <id>', 'what was to blame, for example service/payments', entityOf)
    .action((id: string, sentence: string | undefined, options: Options, command: Command) => {
      const body = { entity: options.entity ?? null, sentence: sentence ?? null }
      return tell(command, (client) => client.confirmIncidentCause({ params: numbered(id), body }))
    })
}

const add = (incident: Command, usage: string, description: string): Command =>
  withConnection(incident.command(usage).description(description))

async function tell(command: Command, change: (client: Client) => Promise<Incident>): Promise<void> {
  // `aiops incident` knows the options of the connection too, and takes them wherever they stand.
  const options = command.optsWithGlobals<Options>()
  const incident = await change(connect(options))
  if (options.json) return printJson(incident)
  const who = incident.assigned_to === null ? '' : `, ${incident.assigned_to} has it`
  const members = incident.alert_count + incident.anomaly_count
  print(
    `INC-${incident.number} ${severity(incident.severity)} ${incident.status}  ${incident.title} (${members} ${members === 1 ? 'member' : 'members'}${who})`,
  )
  if (incident.confirmed_cause) print(`Cause: ${incident.confirmed_cause.sentence}`)
}

const numbered = (id: string): { id: string } => ({ id: id.replace(/^INC-/i, '') })
const commentOf = ({ comment }: Options): { comment?: string } => (comment ? { comment } : {})

function severityOf(word: string): Severity | null {
  if (word.toLowerCase() === 'auto') return null
  const found = severities.find((one) => one === word.toUpperCase())
  if (!found) throw new InvalidArgumentError(`It is ${severities.join(', ').toLowerCase()}, or auto.`)
  return found
}

function entityOf(text: string): string {
  if (!EntityId.safeParse(text).success) throw new InvalidArgumentError('Write it as service/payments.')
  return text
}
