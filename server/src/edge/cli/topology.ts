import { text } from 'node:stream/consumers'
import { figureText } from '@aiops/contract/model/number-text'
import type { BackstageResult, Edge, TopologyDiff } from '@aiops/contract/model/topology'
import type { Command } from 'commander'
import { type ConnectionOptions, connect, withConnection } from './connection.ts'
import { Exit } from './exit.ts'
import { wholeNumber } from './number-option.ts'
import { dim, print, printJson } from './print.ts'
import { sourceOf } from './text-file.ts'
import { pastTimeOf } from './time-option.ts'

type ImportOptions = ConnectionOptions & { dryRun?: boolean; replace?: boolean }
type DiffOptions = ConnectionOptions & { from: string; to?: string; entity?: string; depth: number }

/** `aiops topology`: what changed in the graph, and catalogues taken over into it. */
export function topologyCommands(program: Command): void {
  const topology = program.command('topology').description('the graph of entities: diff, import-backstage')
  withConnection(
    topology
      .command('diff')
      .description('what came, went and changed between two times')
      .addHelpText('after', diffExamples),
  )
    .requiredOption('--from <time>', 'ISO 8601, or how long ago, for example 1d', pastTimeOf)
    .option('--to <time>', 'ISO 8601, or how long ago; now unless given', pastTimeOf)
    .option('--entity <id>', 'only around this entity, for example service/cart')
    .option('--depth <edges>', 'how far around it', wholeNumber(1, 10), 3)
    .action(diff)
  withConnection(
    topology
      .command('import-backstage <file>')
      .description(
        'take over components, APIs, resources and who owns them from catalogue files; - reads standard input',
      )
      .addHelpText('after', importExamples),
  )
    .option('--dry-run', 'take nothing; say what would be')
    .option('--replace', 'withdraw what an earlier import said and this file does not')
    .action(importFile)
}

async function diff({ from, to, entity, depth, ...options }: DiffOptions): Promise<void> {
  const found = await connect(options).diffTopology({
    query: { from, depth, ...(to ? { to } : {}), ...(entity ? { entity } : {}) },
  })
  if (options.json) return printJson(found)
  for (const line of diffLines(found)) print(line)
}

function* diffLines({ from, to, added, removed, changed, totals }: TopologyDiff): Iterable<string> {
  for (const { sentence } of [from, to]) if (sentence) yield dim(sentence)
  for (const { id } of removed.entities) yield `- ${id}`
  for (const edge of removed.edges) yield `- ${edgeText(edge)}`
  for (const { id } of added.entities) yield `+ ${id}`
  for (const edge of added.edges) yield `+ ${edgeText(edge)} ${dim(edge.origin)}`
  for (const { before, after } of changed)
    yield `~ ${edgeText(after)} ${dim(`${figures(before)} → ${figures(after)}`)}`
  const shown = [removed.entities, removed.edges, added.entities, added.edges, changed].flat().length
  const all = Object.values(totals).reduce((sum, one) => sum + one, 0)
  if (all === 0)
    yield from.known === 'NOT_KEPT'
      ? 'What changed since then cannot be said.'
      : to.known === 'NOT_KEPT'
        ? 'What changed until then cannot be said.'
        : 'Nothing changed.'
  else if (all > shown) yield dim(`and ${all - shown} more (--json has the totals)`)
}

const edgeText = ({ source, target, type }: Pick<Edge, 'source' | 'target' | 'type'>): string =>
  `${source} ${type} ${target}`

function figures({ origin, calls_per_second, error_ratio, mean_ms, bytes_per_second }: Edge): string {
  const parts = [
    calls_per_second === undefined ? '' : `${figureText(calls_per_second)}/s`,
    error_ratio === undefined ? '' : `${figureText(100 * error_ratio, 2)} % errors`,
    mean_ms === undefined ? '' : `${figureText(mean_ms)} ms`,
    bytes_per_second === undefined ? '' : `${figureText(bytes_per_second)} B/s`,
  ]
  return parts.filter((part) => part !== '').join(', ') || origin
}

async function importFile(file: string, { dryRun, replace, ...options }: ImportOptions): Promise<void> {
  const yaml = await text(await sourceOf(file))
  const body = { yaml, dry_run: dryRun === true, replace: replace === true }
  const result = await connect(options).importBackstage({ body })
  if (options.json) printJson(result)
  else for (const line of importLines(result)) print(line)
  if (result.mapped.length === 0) throw new Exit(1)
}

function* importLines({ dry_run, entities, edges, withdrawn, refused }: BackstageResult): Iterable<string> {
  yield `${dry_run ? 'Would take' : 'Took'} ${entities} entities and ${edges} edges${withdrawn > 0 ? `, and withdraw ${withdrawn}` : ''}.`
  for (const { document, ref, reason } of refused)
    yield `  document ${document}${ref ? ` ${ref}` : ''}: ${reason}`
}

const diffExamples = `
Examples:
  aiops topology diff --from 2026-10-12T08:00:00Z
  aiops topology diff --from 2026-10-12T08:00:00Z --to 2026-10-12T09:00:00Z --entity service/cart
`
const importExamples = `
Examples:
  aiops topology import-backstage catalog-info.yaml --dry-run
  cat */catalog-info.yaml | aiops topology import-backstage - --replace
`
