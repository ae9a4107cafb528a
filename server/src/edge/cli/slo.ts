import { figureText } from '@aiops/contract/model/number-text'
import { type SloInput, SloState, type SloStatus, type SloView } from '@aiops/contract/model/slo'
import { type Command, Option } from 'commander'
import { Fault } from '../../kernel/fault.ts'
import { readSlos } from '../../service/slo/index.ts'
import { promqlLanguage } from '../../service/telemetry/index.ts'
import { type ConnectionOptions, connect, withConnection } from './connection.ts'
import { Exit } from './exit.ts'
import { bold, dim, print, printJson, table } from './print.ts'
import { textOf } from './text-file.ts'

type Client = ReturnType<typeof connect>
type ListOptions = ConnectionOptions & { state?: SloState[]; service?: string; team?: string }
type ApplyOptions = ConnectionOptions & { dryRun?: boolean }

/** Of an objective that is not as it should be, so that a script can tell it from a failure. */
const brokenCode = 3
const pageSize = 200

/** `aiops slo`: objectives and their error budgets. */
export function sloCommands(program: Command): void {
  const slo = program
    .command('slo')
    .description('service level objectives and their error budgets: list, show, apply, delete, check')
  withConnection(
    slo
      .command('list')
      .description('objectives, those that are exhausted or burn first')
      .addHelpText(
        'after',
        '\nExamples:\n  aiops slo list\n  aiops slo list --state BURNING EXHAUSTED --json\n',
      ),
  )
    .addOption(new Option('--state <state...>', 'only in these states').choices(SloState.options))
    .option('--service <name>', 'only of this service')
    .option('--team <name>', 'only of this team')
    .action(list)
  withConnection(
    slo
      .command('show <name>')
      .description(
        `one objective, by name or id; exits with ${brokenCode} while its budget burns or is spent`,
      )
      .addHelpText('after', '\nExamples:\n  aiops slo show checkout-errors\n'),
  ).action(show)
  withConnection(
    slo
      .command('apply <file...>')
      .description('create the objectives of documents, or change those of the same name')
      .addHelpText(
        'after',
        '\nExamples:\n  aiops slo apply slos/*.yaml\n  aiops slo apply slos.yaml --dry-run\n',
      ),
  )
    .option('--dry-run', 'say how each would stand, and change nothing')
    .action(apply)
  withConnection(
    slo
      .command('delete <name...>')
      .description('remove objectives, by name or id')
      .addHelpText('after', '\nExamples:\n  aiops slo delete checkout-errors\n'),
  ).action(remove)
  slo
    .command('check <file...>')
    .description('say whether documents can be used, without a server: our form, OpenSLO v1, Sloth')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExamples:\n  aiops slo check slos/*.yaml\n')
    .action(check)
}

async function list({ state, service, team, ...options }: ListOptions): Promise<void> {
  const query = { ...(state ? { state } : {}), ...(service ? { service } : {}), ...(team ? { team } : {}) }
  const client = connect(options)
  const found = await client.listSlos({ query: { ...query, page_size: pageSize } })
  const slos = [...found.items]
  for (let page = 2; page <= found.total_pages; page += 1)
    slos.push(...(await client.listSlos({ query: { ...query, page, page_size: pageSize } })).items)
  if (options.json) return printJson({ slos, problems: found.problems })
  for (const { file, message } of found.problems) print(`${file}: ${message}`)
  if (slos.length === 0) return print('No objective. Set one with "aiops slo apply FILE".')
  const rows = slos.map(({ slo, status }) => [
    status.state,
    slo.name,
    slo.service,
    `${slo.objective} %`,
    slo.window === 'CALENDAR_MONTH' ? 'month' : slo.window,
    share(status.ratio),
    share(status.budget.left_ratio),
    fastest(status),
  ])
  const head = ['STATE', 'NAME', 'SERVICE', 'OBJECTIVE', 'WINDOW', 'NOW', 'BUDGET LEFT', 'BURN RATE']
  for (const line of table([head, ...rows])) print(line)
}

async function show(name: string, options: ConnectionOptions): Promise<void> {
  const client = connect(options)
  const { id } = (await named(client, name)).slo
  const found = await client.getSlo({ params: { id } })
  if (options.json) printJson(found)
  else printSlo(found)
  if (['BURNING', 'EXHAUSTED'].includes(found.status.state)) throw new Exit(brokenCode)
}

function printSlo({ slo, status }: SloView): void {
  print(`${bold(slo.name)} ${status.state}`)
  print(status.reason)
  if (slo.description !== '') print(slo.description)
  print(`objective ${slo.objective} % over ${slo.window}; ${share(status.ratio)} were good`)
  const { total, left, unit } = status.budget
  if (total !== null && left !== null)
    print(
      `budget ${number(total)} ${unit.toLowerCase()}, ${number(left)} left (${share(status.budget.left_ratio)})`,
    )
  const { exhaustion } = status
  if (exhaustion?.at)
    print(
      `spent at ${exhaustion.at}, between ${exhaustion.earliest ?? 'later'} and ${exhaustion.latest ?? 'later'}`,
    )
  if (status.burn_rates.length > 0) {
    const rows = status.burn_rates.map((one) => [
      one.window,
      one.burn_rate === null ? '-' : number(one.burn_rate),
      number(one.events),
      share(one.coverage),
    ])
    for (const line of table([['OVER', 'BURN RATE', 'EVENTS', 'KNOWN'], ...rows])) print(line)
  }
  for (const alert of status.alerts.filter(({ firing }) => firing))
    print(
      `${alert.severity} since ${alert.since}: above ${alert.burn_rate} over ${alert.long_window} and ${alert.short_window}`,
    )
  for (const notice of status.notices) print(dim(notice))
}

async function apply(files: string[], { dryRun, ...options }: ApplyOptions): Promise<void> {
  const inputs: SloInput[] = []
  for (const file of files) {
    const { slos, problems } = await documentOf(file)
    if (problems.length > 0)
      throw new Fault('VALIDATION_FAILED', problems.map((problem) => `${file}: ${problem}`).join('\n'))
    inputs.push(...slos)
  }
  const client = connect(options)
  const known = new Map((await everySlo(client)).map(({ slo }) => [slo.name, slo.id]))
  const done: (SloView & { action: 'created' | 'changed' | 'checked' })[] = []
  for (const body of inputs) {
    const id = known.get(body.name)
    if (dryRun) done.push({ action: 'checked', ...(await client.checkSlo({ body })) })
    else if (id === undefined) done.push({ action: 'created', ...(await client.createSlo({ body })) })
    else done.push({ action: 'changed', ...(await client.updateSlo({ params: { id }, body })) })
  }
  if (options.json) return printJson(done)
  for (const { action, slo, status } of done) {
    print(`${slo.name} ${action}: ${status.reason}`)
    for (const notice of status.notices) print(dim(`  ${notice}`))
  }
}

async function remove(names: string[], options: ConnectionOptions): Promise<void> {
  const client = connect(options)
  const gone: { id: string; name: string }[] = []
  for (const name of names) {
    const { slo } = await named(client, name)
    await client.deleteSlo({ params: { id: slo.id } })
    gone.push({ id: slo.id, name: slo.name })
  }
  if (options.json) printJson(gone)
  else for (const one of gone) print(`${one.name} removed`)
}

async function check(files: string[], { json }: { json?: boolean }): Promise<void> {
  const results = []
  for (const file of files) results.push({ file, ...(await documentOf(file)) })
  if (json) printJson(results.map(({ file, slos, problems }) => ({ file, slos: slos.length, problems })))
  else
    for (const { file, slos, problems } of results) {
      for (const problem of problems) print(`${file}: ${problem}`)
      if (problems.length === 0) print(`${file}: ${slos.length} objectives`)
    }
  if (results.some(({ problems }) => problems.length > 0)) throw new Exit(1)
}

async function documentOf(file: string) {
  return readSlos(textOf(file), promqlLanguage)
}

async function everySlo(client: Client): Promise<SloView[]> {
  const found: SloView[] = []
  for (let page = 1, pages = 1; page <= pages; page += 1) {
    const answer = await client.listSlos({ query: { page, page_size: pageSize } })
    pages = answer.total_pages
    found.push(...answer.items)
  }
  return found
}

async function named(client: Client, name: string): Promise<SloView> {
  const found = (await everySlo(client)).find(({ slo }) => slo.name === name || slo.id === name)
  if (!found) throw new Fault('NOT_FOUND', `There is no objective ${name}.`)
  return found
}

const number = (value: number): string => figureText(value)
const share = (ratio: number | null): string =>
  ratio === null ? '-' : `${Number((ratio * 100).toFixed(3))} %`

/** Of the shortest window that knows something. */
function fastest({ burn_rates }: SloStatus): string {
  const first = burn_rates.find(({ burn_rate }) => burn_rate !== null)
  return first ? `${number(first.burn_rate ?? 0)} (${first.window})` : '-'
}
