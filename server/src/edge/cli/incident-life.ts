import { EntityId } from '@aiops/contract/model/entity'
import { type Severity, severities } from '@aiops/contract/model/severity'
import { type Command, InvalidArgumentError } from 'commander'
import {
  type ChangeOptions,
  changeIncident,
  commentOf,
  incidentCommand,
  numbered,
} from './incident-change.ts'

type Options = ChangeOptions & { entity?: string }

/** `aiops incident assign|severity|merge|split|cause`: what people say of an incident and make of it. */
export function incidentLifeCommands(incident: Command): void {
  incidentCommand(
    incident,
    'assign <incident> [who]',
    'assign it to somebody; to nobody where nobody is named',
  )
    .addHelpText('after', '\nExamples:\n  aiops incident assign 12 anna\n  aiops incident assign 12\n')
    .action((id: string, who: string | undefined, _: Options, command: Command) =>
      changeIncident(command, (client) =>
        client.assignIncident({ params: numbered(id), body: { assignee: who ?? null } }),
      ),
    )
  incidentCommand(
    incident,
    'severity <incident> <severity>',
    'set the severity; "auto" lets it follow the members again',
  )
    .addHelpText(
      'after',
      '\nExamples:\n  aiops incident severity 12 critical\n  aiops incident severity 12 auto\n',
    )
    .option('--comment <text>', 'kept with the change')
    .action((id: string, word: string, options: Options, command: Command) => {
      const body = { severity: severityOf(word), ...commentOf(options) }
      return changeIncident(command, (client) => client.setIncidentSeverity({ params: numbered(id), body }))
    })
  incidentCommand(incident, 'merge <incident> <into>', 'merge it into another')
    .addHelpText('after', '\nExamples:\n  aiops incident merge 13 12 --comment "same disk"\n')
    .option('--comment <text>', 'kept with the change')
    .action((id: string, into: string, options: Options, command: Command) => {
      const body = { into: numbered(into).id, ...commentOf(options) }
      return changeIncident(command, (client) => client.mergeIncident({ params: numbered(id), body }))
    })
  incidentCommand(
    incident,
    'split <incident> <member...>',
    'make a new incident of some alerts or anomalies, by their ids',
  )
    .addHelpText('after', '\nExamples:\n  aiops incident split 12 0190b6f2-7c1e-7d3a-9a55-0d8f6d1c2b3a\n')
    .option('--comment <text>', 'kept with the change')
    .action((id: string, members: string[], options: Options, command: Command) => {
      const body = { members, ...commentOf(options) }
      return changeIncident(command, (client) => client.splitIncident({ params: numbered(id), body }))
    })
  incidentCommand(
    incident,
    'cause <incident> [sentence]',
    'say what the cause was; without a sentence it is taken back',
  )
    .addHelpText(
      'after',
      '\nExamples:\n  aiops incident cause 12 "the pool was full" --entity service/payments\n  aiops incident cause 12\n',
    )
    .option('--entity <id>', 'what was to blame, for example service/payments', entityOf)
    .action((id: string, sentence: string | undefined, options: Options, command: Command) => {
      const body = { entity: options.entity ?? null, sentence: sentence ?? null }
      return changeIncident(command, (client) => client.confirmIncidentCause({ params: numbered(id), body }))
    })
}

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
