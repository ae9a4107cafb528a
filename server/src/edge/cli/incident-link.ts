import { type Command, InvalidArgumentError } from 'commander'
import { Fault } from '../../kernel/fault.ts'
import { type ConnectionOptions, connect } from './connection.ts'
import { changeIncident, incidentCommand, numbered } from './incident-change.ts'
import { print, printJson, table } from './print.ts'

type Client = ReturnType<typeof connect>

/** `aiops incident links`: tickets, calls and pages that belong to an incident. */
export function incidentLinkCommands(incident: Command): void {
  const links = incidentCommand(
    incident,
    'links <incident>',
    'tickets, calls and pages of it: list, add, remove',
  )
    .addHelpText('after', examples)
    .action(list)
  incidentCommand(links, 'add <incident> <url>', 'add a link: http or https')
    .addHelpText(
      'after',
      '\nExamples:\n  aiops incident links add 12 https://tickets.example/OPS-7 --title OPS-7\n',
    )
    .option('--title <text>', 'shown in place of the address')
    .action((id: string, url: string, options: { title?: string }, command: Command) => {
      if (!URL.canParse(url) || !/^https?:/.test(url))
        throw new InvalidArgumentError('Write the address as https://tickets.example/OPS-7.')
      const body = { url, ...(options.title === undefined ? {} : { title: options.title }) }
      return changeIncident(command, (client) => client.addIncidentLink({ params: numbered(id), body }))
    })
  incidentCommand(links, 'remove <incident> <link>', 'remove a link, by its id or address')
    .addHelpText('after', '\nExamples:\n  aiops incident links remove 12 https://tickets.example/OPS-7\n')
    .action((id: string, link: string, _: ConnectionOptions, command: Command) =>
      changeIncident(command, async (client) =>
        client.removeIncidentLink({ params: { ...numbered(id), linkId: await linkIdOf(client, id, link) } }),
      ),
    )
}

async function list(id: string, _: ConnectionOptions, command: Command): Promise<void> {
  const options = command.optsWithGlobals<ConnectionOptions>()
  const { links, number } = await connect(options).getIncident({ params: numbered(id) })
  if (options.json) return printJson(links)
  if (links.length === 0)
    return print(`No link. Add one with "aiops incident links add ${number} https://…".`)
  const rows = links.map((link) => [link.id, link.at, link.by, link.title, link.url])
  for (const line of table([['ID', 'ADDED', 'BY', 'TITLE', 'ADDRESS'], ...rows])) print(line)
}

/** An address is looked for among the links; anything else is taken as an id. */
async function linkIdOf(client: Client, id: string, link: string): Promise<string> {
  if (!URL.canParse(link)) return link
  const { links, number } = await client.getIncident({ params: numbered(id) })
  const found = links.find(({ url }) => url === link)
  if (!found) throw new Fault('NOT_FOUND', `INC-${number} has no link to ${link}.`)
  return found.id
}

const examples = `
Examples:
  aiops incident links 12
  aiops incident links add 12 https://tickets.example/OPS-7 --title OPS-7
`
