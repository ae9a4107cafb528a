import type { IncidentStatus } from '@aiops/contract/model/incident'
import type { Command } from 'commander'
import { type ConnectionOptions, connect } from './connection.ts'
import {
  type ChangeOptions,
  changeIncidents,
  commentOf,
  incidentCommand,
  numbered,
} from './incident-change.ts'
import { print, printJson } from './print.ts'

const verbs: readonly { verb: string; alias?: string; status: IncidentStatus; description: string }[] = [
  { verb: 'acknowledge', alias: 'ack', status: 'ACKNOWLEDGED', description: 'say that somebody has seen it' },
  { verb: 'investigate', status: 'INVESTIGATING', description: 'say that somebody is looking into it' },
  { verb: 'resolve', status: 'RESOLVED', description: 'say that it is over' },
  { verb: 'reopen', status: 'OPEN', description: 'say that it is not over after all' },
  { verb: 'close', status: 'CLOSED', description: 'end it for good; its members stay as they are' },
]

/** `aiops incident acknowledge|investigate|resolve|reopen|close|comment`. */
export function incidentStatusCommands(incident: Command): void {
  for (const { verb, alias, status, description } of verbs) {
    const command = incidentCommand(incident, `${verb} <incident...>`, description)
      .addHelpText(
        'after',
        `\nExamples:\n  aiops incident ${alias ?? verb} 12\n  aiops incident ${verb} 12 13 --comment "seen with Anna"\n`,
      )
      .option('--comment <text>', 'kept with the change')
      .action((ids: string[], options: ChangeOptions, self: Command) =>
        changeIncidents(self, ids, (client, id) =>
          client.setIncidentStatus({ params: numbered(id), body: { status, ...commentOf(options) } }),
        ),
      )
    if (alias) command.alias(alias)
  }
  incidentCommand(incident, 'comment <incident> <text>', 'add a comment to its timeline')
    .addHelpText('after', '\nExamples:\n  aiops incident comment 12 "the supplier is on the line"\n')
    .action(async (id: string, comment: string, _: ConnectionOptions, command: Command) => {
      const options = command.optsWithGlobals<ConnectionOptions>()
      const event = await connect(options).commentIncident({ params: numbered(id), body: { comment } })
      if (options.json) printJson(event)
      else print(`${event.at} ${event.actor}: ${event.sentence}`)
    })
}
