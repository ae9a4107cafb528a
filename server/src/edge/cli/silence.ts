import type { Silence } from '@aiops/contract/model/silence'
import { durationMs } from '@aiops/contract/model/time'
import { type Command, InvalidArgumentError } from 'commander'
import { parseMatcher } from '../../kernel/matcher.ts'
import { type ConnectionOptions, connect, withConnection } from './connection.ts'
import { dim, print, printJson, span, table } from './print.ts'
import { timeOf } from './time-option.ts'

type AddOptions = ConnectionOptions & { duration: string; comment: string; author?: string; start?: string }

export function silenceCommands(program: Command): void {
  const silence = program
    .command('silence')
    .description('hold alerts and anomalies back for a while: list, add, expire')
  withConnection(
    silence
      .command('list')
      .description('silences that are active or to come')
      .addHelpText('after', '\nExamples:\n  aiops silence list\n  aiops silence list --all --json\n'),
  )
    .option('--all', 'those that have ended too')
    .action(async (options: ConnectionOptions & { all?: boolean }) => {
      const state = options.all ? [] : (['ACTIVE', 'PENDING'] as const)
      const found = await connect(options).listSilences({ query: { state: [...state], limit: 1_000 } })
      if (options.json) return printJson(found)
      if (found.total === 0) return print('No silence. (--all shows those that have ended)')
      const rows = found.silences.map((one) => [
        one.id,
        one.state,
        timing(one),
        matchersOf(one),
        one.created_by,
        one.comment,
      ])
      for (const line of table([['ID', 'STATE', 'TIME', 'MATCHERS', 'BY', 'COMMENT'], ...rows])) print(line)
    })
  withConnection(
    silence
      .command('add <matcher...>')
      .description('hold back what fits all matchers: name=value, name!=value, name=~regex, name!~regex')
      .addHelpText('after', addExamples),
  )
    .requiredOption('--comment <text>', 'why')
    .option('--duration <time>', 'how long, for example 30m or 2h', durationOf, '1h')
    .option('--start <time>', 'when it begins, ISO 8601; now unless given', timeOf)
    .option('--author <name>', 'who; the name of the key unless given')
    .action(async (matchers: string[], options: AddOptions) => {
      const startMs = options.start === undefined ? Date.now() : Date.parse(options.start)
      const made = await connect(options).createSilence({
        body: {
          matchers: matchers.map(parseMatcher),
          ...(options.start === undefined ? {} : { starts_at: new Date(startMs).toISOString() }),
          ends_at: new Date(startMs + durationMs(options.duration)).toISOString(),
          comment: options.comment,
          ...(options.author === undefined ? {} : { created_by: options.author }),
        },
      })
      if (options.json) printJson(made)
      else print(`${made.id} ${made.state} ${dim(`until ${made.ends_at}`)}`)
    })
  withConnection(
    silence
      .command('expire <id...>')
      .description('end silences now; what they held back and still fires is correlated')
      .addHelpText('after', '\nExamples:\n  aiops silence expire 0190b6f2-7c1e-7d3a-9a55-0d8f6d1c2b3a\n'),
  ).action(async (ids: string[], options: ConnectionOptions) => {
    const client = connect(options)
    const ended: Silence[] = []
    for (const id of ids) ended.push(await client.expireSilence({ params: { id } }))
    if (options.json) printJson(ended)
    else for (const one of ended) print(`${one.id} ${one.state}`)
  })
}

const addExamples = `
Examples:
  aiops silence add alertname=HighLatency service=cart --comment "deploying" --duration 30m
  aiops silence add 'host.name=~db-.*' --comment "patch night" --start 2026-10-12T22:00:00Z --duration 4h
`

const matchersOf = ({ matchers }: Silence): string =>
  matchers.map(({ name, op, value }) => `${name}${op}${JSON.stringify(value)}`).join(' ')

function timing({ state, starts_at, ends_at }: Silence): string {
  const apart = (time: string): string => span(Math.abs(Date.parse(time) - Date.now()) / 1_000)
  if (state === 'PENDING') return `in ${apart(starts_at)}`
  return state === 'ACTIVE' ? `${apart(ends_at)} left` : `ended ${apart(ends_at)} ago`
}

function durationOf(text: string): string {
  if (!(durationMs(text) > 0)) throw new InvalidArgumentError('Write it as 30s, 5m or 1h30m.')
  return text
}
