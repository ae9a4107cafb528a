import type {
  DetectionReplay,
  DetectionSettingsInput,
  ReplayedAnomaly,
} from '@aiops/contract/model/detection'
import type { Command } from 'commander'
import { parse } from 'yaml'
import { Fault, messageOf } from '../../kernel/fault.ts'
import { type ConnectionOptions, connect, withConnection } from './connection.ts'
import { wholeNumber } from './number-option.ts'
import { bold, dim, print, printJson, severity, span, table } from './print.ts'
import { textOf } from './text-file.ts'
import { pastTimeOf } from './time-option.ts'

type ReplayOptions = ConnectionOptions & {
  from: string
  to?: string
  config?: string
  seriesMax: number
  repeat: number
}

/** Of each list so many lines are printed; JSON has more. */
const linesMax = 20

export function replayCommand(program: Command): void {
  withConnection(
    program
      .command('replay')
      .description('what other settings of detection would have found in recorded points')
      .addHelpText('after', examples),
  )
    .requiredOption('--from <time>', 'where it begins: ISO 8601, or how long ago, for example 7d', pastTimeOf)
    .option('--to <time>', 'where it ends; now unless given', pastTimeOf)
    .option('--config <file>', 'the other settings, YAML or JSON, - for stdin; the current ones unless given')
    .option('--series-max <number>', 'series looked at, 5,000 at most', wholeNumber(1, 5_000), 500)
    .option(
      '--repeat <number>',
      'plays the range so many times, one right after the other',
      wholeNumber(1, 744),
      1,
    )
    .action(async (options: ReplayOptions) => {
      const settings = options.config === undefined ? undefined : settingsOf(options.config)
      const answer = await connect(options).replayDetection({
        body: {
          ...{
            from: options.from,
            to: options.to ?? new Date().toISOString(),
            ...{ series_max: options.seriesMax, repeat: options.repeat },
          },
          ...(settings ? { settings } : {}),
        },
      })
      if (options.json) printJson(answer)
      else printReplay(answer)
    })
}

const examples = `
The file holds defaults and rules as in GET /api/v1/config/detection; a whole answer of it will do.

Examples:
  aiops replay --from 7d
  aiops replay --from 2h --repeat 12
  aiops replay --from 2026-10-05T00:00:00Z --to 2026-10-12T00:00:00Z --config stricter.yaml
  echo '{"defaults": {"sensitivity": 0.9}}' | aiops replay --from 1d --config - --json
`

function printReplay(answer: DetectionReplay): void {
  const { current, changed, counts, left_out } = answer
  const row = (name: string, t: typeof current): string[] => [
    name,
    String(t.series),
    String(t.points),
    String(t.episodes),
    t.episodes_per_series_day === null ? '-' : t.episodes_per_series_day.toPrecision(3),
    t.incidents === null ? '-' : String(t.incidents),
  ]
  const rows = [row('current', current), ...(changed ? [row('changed', changed)] : [])]
  const header = ['SETTINGS', 'SERIES', 'POINTS', 'EPISODES', 'PER SERIES-DAY', 'INCIDENTS']
  for (const line of table([header, ...rows])) print(line)
  if (changed)
    print(
      `\n${bold(String(counts.added))} new, ${bold(String(counts.gone))} gone, ${bold(String(counts.altered))} changed, ${counts.same} the same`,
    )
  printList(changed ? 'NEW' : 'FOUND', answer.added, counts.added)
  printList('GONE', answer.gone, counts.gone)
  printList(
    'CHANGED',
    answer.altered.map(({ changed: one }) => one),
    counts.altered,
  )
  printIncidents(answer)
  print()
  for (const sentence of left_out) print(dim(`Left out: ${sentence}`))
}

/** What the anomalies of the settings asked about would have opened by themselves. */
function printIncidents({ incidents, current, changed }: DetectionReplay): void {
  const total = (changed ?? current).incidents ?? 0
  if (total === 0) return
  print(`\n${bold('INCIDENTS')}`)
  const rows = incidents
    .slice(0, linesMax)
    .map((one) => [one.created_at, severity(one.severity), `${one.anomaly_count} anomalies`, one.title])
  for (const line of table(rows)) print(line)
  if (total > rows.length) print(dim(`${total - rows.length} more`))
}

function printList(title: string, anomalies: readonly ReplayedAnomaly[], total: number): void {
  if (total === 0) return
  print(`\n${bold(title)}`)
  const rows = anomalies
    .slice(0, linesMax)
    .map((one) => [one.started_at, severity(one.severity), one.shape, lengthOf(one), one.sentence])
  for (const line of table(rows)) print(line)
  if (total > rows.length) print(dim(`${total - rows.length} more`))
}

const lengthOf = ({ started_at, ended_at }: ReplayedAnomaly): string =>
  ended_at === null ? 'to the end' : span((Date.parse(ended_at) - Date.parse(started_at)) / 1_000)

function settingsOf(path: string): Partial<DetectionSettingsInput> {
  const text = textOf(path)
  let found: unknown
  try {
    found = parse(text)
  } catch (error) {
    throw new Fault('VALIDATION_FAILED', `${path} is no YAML: ${messageOf(error)}`)
  }
  if (typeof found !== 'object' || found === null || Array.isArray(found))
    throw new Fault('VALIDATION_FAILED', `${path} holds no settings: write defaults and rules.`)
  // What the platform says of its own settings besides.
  const {
    revision: _,
    shipped: __,
    updated_at: ___,
    updated_by: ____,
    ...settings
  } = found as Record<string, unknown>
  return settings as Partial<DetectionSettingsInput>
}
