import type { Command } from 'commander'
import { type ConnectionOptions, connect, withConnection } from './connection.ts'
import { dim, print, printJson, span, table } from './print.ts'

/** The model that labels teach. */
const model = 'corrections'

/** What labels taught, and its versions: parts of `aiops feedback`. */
export function learnedCommands(feedback: Command): void {
  withConnection(
    feedback
      .command('corrections')
      .description('what was learned and is in force, with how many labels are behind each')
      .addHelpText(
        'after',
        '\nExamples:\n  aiops feedback corrections\n  aiops feedback corrections --json\n',
      ),
  ).action(async (options: ConnectionOptions) => {
    const found = await connect(options).listCorrections()
    if (options.json) return printJson(found)
    if (found.corrections.length === 0) return print('No correction is in force: detection works as shipped.')
    for (const line of table([
      ['FACTOR', 'LABELS', 'NOW', 'WHAT'],
      ...found.corrections.map(({ factor, labels, active, sentence }) => [
        ...[factor.toFixed(2), String(labels.length), active ? 'yes' : 'no', sentence],
      ]),
    ]))
      print(line)
    if (found.candidate)
      print(dim(`version ${found.candidate.version} is on ${found.candidate.percent} % of the series`))
  })
  withConnection(
    feedback
      .command('versions')
      .description('versions of what was learned, newest first, and why each is where it is')
      .addHelpText('after', '\nExamples:\n  aiops feedback versions\n'),
  ).action(async (options: ConnectionOptions) => {
    const found = await connect(options).listModelVersions({ params: { id: model } })
    if (options.json) return printJson(found)
    if (found.versions.length === 0) return print('Nothing was learned yet.')
    for (const line of table([
      ['VERSION', 'STATE', 'SERIES', 'AGE', 'LABELS', 'WHY'],
      ...found.versions.map(({ number, state, percent, created_at, training, reason }) => [
        ...[String(number), state, `${percent} %`, span((Date.now() - Date.parse(created_at)) / 1_000)],
        ...[String(training.labels), reason],
      ]),
    ]))
      print(line)
  })
}
