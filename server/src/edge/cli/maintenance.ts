import {
  type MaintenanceWindow,
  type MaintenanceWindowInput,
  RecurrenceDay,
} from '@aiops/contract/model/maintenance'
import { durationMs } from '@aiops/contract/model/time'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { Fault } from '../../kernel/fault.ts'
import { parseMatcher } from '../../kernel/matcher.ts'
import { type ConnectionOptions, connect, withConnection } from './connection.ts'
import { wholeNumber } from './number-option.ts'
import { bold, dim, print, printJson, table } from './print.ts'
import { timeOf } from './time-option.ts'

type Client = ReturnType<typeof connect>
type AddOptions = ConnectionOptions & {
  name: string
  start?: string
  duration: string
  every?: 'day' | 'week' | 'month'
  interval: number
  on?: string[]
  until?: string
  zone: string
  comment: string
  remind: string
  dryRun?: boolean
}
const pageSize = 200
const frequencies = { day: 'DAILY', week: 'WEEKLY', month: 'MONTHLY' } as const

/** `aiops maintenance`: windows in which alerts and anomalies are held back, once or again and again. */
export function maintenanceCommands(program: Command): void {
  const maintenance = program
    .command('maintenance')
    .description('maintenance windows, once or again and again: list, show, add, delete')
  withConnection(
    maintenance
      .command('list')
      .description('windows: those going on first, then the soonest')
      .addHelpText('after', '\nExamples:\n  aiops maintenance list\n  aiops maintenance list --all\n'),
  )
    .option('--all', 'those that have ended too')
    .action(list)
  withConnection(
    maintenance
      .command('show <name>')
      .description('one window, by name or id, with its next occurrences')
      .addHelpText('after', '\nExamples:\n  aiops maintenance show "patch night"\n'),
  ).action(show)
  withConnection(
    maintenance
      .command('add <matcher...>')
      .description('hold back what fits all matchers: name=value, name!=value, name=~regex, name!~regex')
      .addHelpText('after', addExamples),
  )
    .requiredOption('--name <text>', 'what it is called')
    .option('--start <time>', 'first start, ISO 8601; now unless given', timeOf)
    .option('--duration <time>', 'how long, for example 30m or 2h', durationOf, '1h')
    .addOption(new Option('--every <period>', 'recurs').choices(['day', 'week', 'month']))
    .option('--interval <n>', 'every so many days, weeks or months', wholeNumber(1, 1_000), 1)
    .option('--on <day...>', 'weekdays MO to SU; by month also 2TU or -1FR')
    .option('--until <time>', 'last start, ISO 8601', timeOf)
    .option('--zone <name>', 'IANA time zone whose wall clock counts', 'UTC')
    .option('--comment <text>', 'why', '')
    .option('--remind <time>', 'how long before each end somebody is reminded; 0s for never', '15m')
    .option('--dry-run', 'say when it would be and what it would hide, and plan nothing')
    .action(add)
  withConnection(
    maintenance
      .command('delete <name...>')
      .description('remove windows, by name or id; their silences end now')
      .addHelpText('after', '\nExamples:\n  aiops maintenance delete "patch night"\n'),
  ).action(remove)
}

const addExamples = `
Examples:
  aiops maintenance add 'host.name=~db-.*' --name "patch night" --start 2026-10-13T02:00:00+02:00 --duration 2h \\
    --every month --on 2TU --zone Europe/Berlin
  aiops maintenance add env=staging --name weekend --start 2026-10-17T00:00:00Z --duration 2d --every week --on SA --dry-run
`

async function every(client: Client): Promise<MaintenanceWindow[]> {
  const { items, total_pages } = await client.listMaintenance({ query: { page_size: pageSize } })
  const windows = [...items]
  for (let page = 2; page <= total_pages; page += 1)
    windows.push(...(await client.listMaintenance({ query: { page, page_size: pageSize } })).items)
  return windows
}

async function named(client: Client, name: string): Promise<MaintenanceWindow> {
  const found = (await every(client)).find((window) => window.name === name || window.id === name)
  if (!found) throw new Fault('NOT_FOUND', `There is no maintenance window ${name}.`)
  return found
}

async function list({ all, ...options }: ConnectionOptions & { all?: boolean }): Promise<void> {
  const found = (await every(connect(options))).filter(({ state }) => all === true || state !== 'ENDED')
  if (options.json) return printJson(found)
  if (found.length === 0) return print('No maintenance window. (--all shows those that have ended)')
  const rows = found.map((window) => [
    window.state,
    window.name,
    window.next?.starts_at ?? '-',
    window.duration,
    recurs(window),
    matchersOf(window),
    window.created_by,
  ])
  for (const line of table([['STATE', 'NAME', 'NEXT', 'FOR', 'RECURS', 'MATCHERS', 'BY'], ...rows]))
    print(line)
}

async function show(name: string, options: ConnectionOptions): Promise<void> {
  const client = connect(options)
  const found = await client.getMaintenance({ params: { id: (await named(client, name)).id } })
  if (options.json) return printJson(found)
  print(`${bold(found.name)} ${found.state}`)
  print(`${matchersOf(found)}, ${found.duration}, ${recurs(found)}`)
  if (found.comment !== '') print(found.comment)
  for (const { starts_at, ends_at } of found.occurrences) print(`${starts_at} – ${ends_at}`)
}

async function add(matchers: string[], options: AddOptions): Promise<void> {
  const body = bodyOf(matchers, options)
  const client = connect(options)
  if (options.dryRun) {
    const found = await client.previewMaintenance({ body })
    if (options.json) return printJson(found)
    for (const { starts_at, ends_at } of found.occurrences) print(`${starts_at} – ${ends_at}`)
    const { now, last_7_days: week } = found
    print(`Now it would hide ${now.alerts} alerts and ${now.anomalies} anomalies.`)
    print(`Of the last 7 days it fits ${week.alerts} alerts and ${week.anomalies} anomalies.`)
    if (found.truncated) print(dim('Only the newest were looked at.'))
    return
  }
  const made = await client.createMaintenance({ body })
  if (options.json) printJson(made)
  else print(`${made.id} ${made.state} ${dim(made.next ? `next at ${made.next.starts_at}` : '')}`)
}

function bodyOf(matchers: readonly string[], options: AddOptions): MaintenanceWindowInput {
  const by_day = (options.on ?? []).map((day) => {
    if (!RecurrenceDay.safeParse(day).success)
      throw new Fault('VALIDATION_FAILED', `--on ${day}: MO to SU, by month also 2TU or -1FR.`)
    return day
  })
  return {
    ...{ name: options.name, matchers: matchers.map(parseMatcher), duration: options.duration },
    starts_at: options.start ?? new Date().toISOString(),
    recurrence:
      options.every === undefined
        ? null
        : {
            frequency: frequencies[options.every],
            interval: options.interval,
            by_day,
            until: options.until ?? null,
          },
    ...{ time_zone: options.zone, comment: options.comment, remind_before: options.remind },
  }
}

async function remove(names: string[], options: ConnectionOptions): Promise<void> {
  const client = connect(options)
  const gone: MaintenanceWindow[] = []
  for (const name of names) {
    const window = await named(client, name)
    await client.deleteMaintenance({ params: { id: window.id } })
    gone.push(window)
  }
  if (options.json) printJson(gone.map(({ id, name }) => ({ id, name })))
  else for (const { name } of gone) print(`${name} removed`)
}

const matchersOf = ({ matchers }: MaintenanceWindow): string =>
  matchers.map(({ name, op, value }) => `${name}${op}${JSON.stringify(value)}`).join(' ')

function recurs({ recurrence, time_zone }: MaintenanceWindow): string {
  if (!recurrence) return 'once'
  const { frequency, interval, by_day } = recurrence
  const unit = { DAILY: 'day', WEEKLY: 'week', MONTHLY: 'month' }[frequency]
  const period = interval === 1 ? `every ${unit}` : `every ${interval} ${unit}s`
  return `${period}${by_day.length === 0 ? '' : ` on ${by_day.join(', ')}`}, ${time_zone}`
}

function durationOf(text: string): string {
  if (!(durationMs(text) > 0)) throw new InvalidArgumentError('Write it as 30s, 5m or 1h30m.')
  return text
}
