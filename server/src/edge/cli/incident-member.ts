import { entityName } from '@aiops/contract/model/entity'
import { type IncidentMember, MemberKind } from '@aiops/contract/model/incident'
import { type Command, Option } from 'commander'
import { type ConnectionOptions, connect } from './connection.ts'
import {
  type ChangeOptions,
  changeIncidents,
  commentOf,
  incidentCommand,
  numbered,
} from './incident-change.ts'
import { wholeNumber } from './number-option.ts'
import { dim, print, printJson, severity, table } from './print.ts'

type ListOptions = ConnectionOptions & { kind?: string; search?: string; limit: number }

const pageSizeMax = 200

/** `aiops incident members|undo|move`: what an incident is made of, and taking it out again. */
export function incidentMemberCommands(incident: Command): void {
  incidentCommand(incident, 'members <incident>', 'alerts and anomalies of it, and why each belongs to it')
    .addHelpText(
      'after',
      '\nExamples:\n  aiops incident members 12\n  aiops incident members 12 --kind alert --search disk --json\n',
    )
    .addOption(
      new Option('--kind <kind>', 'only these').choices(MemberKind.options.map((kind) => kind.toLowerCase())),
    )
    .option('--search <text>', 'part of a name, an entity or a sentence')
    .option('--limit <number>', 'how many, 200 at most', wholeNumber(1, pageSizeMax), 50)
    .action(list)
  incidentCommand(incident, 'undo <incident> <member...>', 'take alerts or anomalies out, by their ids')
    .addHelpText(
      'after',
      `${exampleOf('undo 12')}\nThey do not come back to this incident by themselves, and correlation learns from it.\n`,
    )
    .option('--comment <text>', 'kept with the change')
    .action((id: string, members: string[], options: ChangeOptions, command: Command) =>
      changeIncidents(command, members, (client, memberId) =>
        client.removeIncidentMember({
          params: { ...numbered(id), memberId },
          body: options.comment ? { reason: options.comment } : {},
        }),
      ),
    )
  incidentCommand(
    incident,
    'move <incident> <into> <member...>',
    'move alerts or anomalies into another incident, by their ids',
  )
    .addHelpText(
      'after',
      `${exampleOf('move 12 13')}\nThe answer is the incident that they are in now; correlation learns from it.\n`,
    )
    .option('--comment <text>', 'kept with the change')
    .action((id: string, into: string, members: string[], options: ChangeOptions, command: Command) =>
      changeIncidents(command, members, (client, memberId) =>
        client.moveIncidentMember({
          params: { ...numbered(id), memberId },
          body: { into: numbered(into).id, ...commentOf(options) },
        }),
      ),
    )
}

async function list(id: string, _: ListOptions, command: Command): Promise<void> {
  const { kind, search, limit, ...options } = command.optsWithGlobals<ListOptions>()
  const found = await connect(options).listIncidentMembers({
    params: numbered(id),
    query: {
      page_size: limit,
      ...(kind === undefined ? {} : { kind: MemberKind.parse(kind.toUpperCase()) }),
      ...(search === undefined ? {} : { text: search }),
    },
  })
  if (options.json) return printJson(found)
  if (found.total === 0) return print('No member fits.')
  for (const line of table([['ID', 'KIND', 'SEVERITY', 'STATE', 'WHAT', 'WHY'], ...found.items.map(rowOf)]))
    print(line)
  if (found.total > found.items.length)
    print(dim(`${found.total - found.items.length} more; --search narrows them, --limit shows more`))
}

function rowOf({ id, kind, alert, anomaly, reason }: IncidentMember): string[] {
  const one = alert ?? anomaly
  const entity = one?.entity === undefined ? '' : ` of ${entityName(one.entity)}`
  return [
    id,
    kind,
    one ? severity(one.severity) : '',
    alert?.status ?? anomaly?.state ?? '',
    `${alert?.name ?? anomaly?.series.name ?? ''}${entity}`,
    dim(reason),
  ]
}

const exampleOf = (words: string): string =>
  `\nThe ids are those of "aiops incident members":\n  aiops incident ${words} 0190b6f2-7c1e-7d3a-9a55-0d8f6d1c2b3a --comment "another disk"\n`
