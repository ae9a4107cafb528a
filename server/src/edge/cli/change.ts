import { ChangeKind, ChangeSource } from '@aiops/contract/model/change'
import { entityName } from '@aiops/contract/model/entity'
import { type Command, Option } from 'commander'
import { type ConnectionOptions, connect, withConnection } from './connection.ts'
import { wholeNumber } from './number-option.ts'
import { bold, dim, print, printJson, table } from './print.ts'
import { durationOf, timeOf } from './time-option.ts'

type AddOptions = ConnectionOptions & {
  kind: string
  at?: string
  id?: string
  actor?: string
  link?: string
  of: string[]
}
type ListOptions = ConnectionOptions & {
  entity?: string
  kind?: string
  source?: string
  since: string
  limit: number
}

const choicesOf = (names: readonly string[]): string[] => names.map((name) => name.toLowerCase())

/** `aiops change add|list`. */
export function changeCommands(program: Command): void {
  const change = program
    .command('change')
    .description('what was done to systems, before something broke: list, add')
  withConnection(
    change
      .command('add <summary>')
      .description('tell of a deployment or another change, so that it is weighed when something breaks')
      .addHelpText('after', addExamples),
  )
    .requiredOption('--of <entity>', 'what it is about, kind/name; may be repeated', listOf, [] as string[])
    .addOption(new Option('--kind <kind>').choices(choicesOf(ChangeKind.options)).default('rollout'))
    .option('--at <time>', 'when it was done, ISO 8601; now unless given', timeOf)
    .option('--id <id>', 'your own, so that the same change told twice is one')
    .option('--actor <name>', 'who did it; the name of the key unless given')
    .option('--link <url>', 'where to read on, such as the pipeline’s run')
    .action(async (summary: string, options: AddOptions) => {
      const made = await connect(options).recordChange({
        body: {
          ...{ summary, entities: options.of, kind: ChangeKind.parse(options.kind.toUpperCase()) },
          ...(options.at === undefined ? {} : { at: options.at }),
          ...(options.id === undefined ? {} : { id: options.id }),
          ...(options.actor === undefined ? {} : { actor: options.actor }),
          ...(options.link === undefined ? {} : { url: options.link }),
        },
      })
      if (options.json) printJson(made)
      else print(`${made.id} ${made.kind} ${made.at} ${dim(made.entities.join(', '))}`)
    })
  withConnection(
    change
      .command('list')
      .description('what was changed, newest first')
      .addHelpText(
        'after',
        '\nExamples:\n  aiops change list --since 2h\n  aiops change list --entity service/cart --kind chaos\n',
      ),
  )
    .option('--entity <entity>', 'only what is about this one, kind/name')
    .addOption(new Option('--kind <kind>').choices(choicesOf(ChangeKind.options)))
    .addOption(new Option('--source <source>', 'who told of it').choices(choicesOf(ChangeSource.options)))
    .option('--since <duration>', 'how far back, such as 30m or 7d', durationOf, '24h')
    .option('--limit <number>', 'how many, 200 at most', wholeNumber(1, 200), 50)
    .action(async (options: ListOptions) => {
      const { items, total } = await connect(options).listChanges({
        query: {
          ...{ duration: options.since, page_size: options.limit },
          ...(options.entity === undefined ? {} : { entity: options.entity }),
          ...(options.kind === undefined ? {} : { kind: [ChangeKind.parse(options.kind.toUpperCase())] }),
          ...(options.source === undefined
            ? {}
            : { source: [ChangeSource.parse(options.source.toUpperCase())] }),
        },
      })
      if (options.json) return printJson(items)
      if (total === 0) return print('No change is recorded in that time.')
      const rows = items.map(({ at, kind, source, entities, summary, actor }) => [
        ...[at, bold(kind), source, entities.slice(0, 3).map(entityName).join(', '), summary, actor ?? ''],
      ])
      for (const line of table([['AT', 'KIND', 'TOLD BY', 'OF', 'WHAT', 'BY'], ...rows])) print(line)
      if (total > items.length) print(dim(`${total - items.length} more; --limit shows them`))
    })
}

const addExamples = `
Examples:
  aiops change add "cart 1.3" --of service/cart --link https://ci.example/runs/7
  aiops change add "new-cart switched on" --of service/cart --kind config --id flag-new-cart-7
`

const listOf = (entity: string, entities: string[]): string[] => [...entities, entity]
