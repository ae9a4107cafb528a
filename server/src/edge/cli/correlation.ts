import type { Alert } from '@aiops/contract/model/alert'
import type { Anomaly } from '@aiops/contract/model/anomaly'
import type {
  CorrelationRule,
  CorrelationRuleInput,
  IncidentName,
  RuleEffect,
} from '@aiops/contract/model/correlation-rule'
import type { Command } from 'commander'
import { Fault } from '../../kernel/fault.ts'
import { readCorrelationRules } from '../../pipeline/correlate/index.ts'
import { type ConnectionOptions, connect, withConnection } from './connection.ts'
import { correlationLessonCommands } from './correlation-lesson.ts'
import { bold, dim, print, printJson, table } from './print.ts'
import { textOf } from './text-file.ts'
import { pastTimeOf } from './time-option.ts'

type Client = ReturnType<typeof connect>
type DryOptions = ConnectionOptions & { dryRun?: boolean }
type PreviewOptions = ConnectionOptions & { start?: string; end?: string }
const pageSize = 200

/** `aiops correlation rules`: what joins, parts, holds back and routes signals. */
export function correlationCommands(program: Command): void {
  const correlation = program
    .command('correlation')
    .description('what joins, parts, holds back and routes signals: rules, and lessons from what people did')
  correlationLessonCommands(correlation)
  const rules = correlation.command('rules').description('list, apply, preview, delete, import-alertmanager')
  withConnection(
    rules
      .command('list')
      .description('rules in the order in which they have their say')
      .addHelpText('after', '\nExamples:\n  aiops correlation rules list\n'),
  ).action(list)
  withConnection(
    rules
      .command('apply <file...>')
      .description('create the rules of documents, or change those of the same name')
      .addHelpText('after', '\nExamples:\n  aiops correlation rules apply rules.yaml --dry-run\n'),
  )
    .option('--dry-run', 'say what each would have met in the last 24 hours, and change nothing')
    .action(apply)
  withConnection(
    rules
      .command('preview <file>')
      .description('what the rules of a document would have met among the stored alerts')
      .addHelpText(
        'after',
        '\nExamples:\n  aiops correlation rules preview rules.yaml --start 2026-10-01T00:00:00Z\n',
      ),
  )
    .option('--start <time>', 'ISO 8601, or how long ago; a day before the end unless given', pastTimeOf)
    .option('--end <time>', 'ISO 8601, or how long ago; now unless given', pastTimeOf)
    .action(preview)
  withConnection(
    rules
      .command('incidents <name>')
      .description('open incidents that a rule, by name or id, would join or part')
      .addHelpText(
        'after',
        '\nExamples:\n  aiops correlation rules incidents "one rack" --apply INC-12 INC-14\n',
      ),
  )
    .option('--apply <incident...>', 'join and part these as the rule says; others stay as they are')
    .action(incidents)
  withConnection(
    rules
      .command('delete <name...>')
      .description('remove rules, by name or id; what they held back and still fires is correlated')
      .addHelpText('after', '\nExamples:\n  aiops correlation rules delete "quiet tests"\n'),
  ).action(remove)
  withConnection(
    rules
      .command('import-alertmanager <file>')
      .description('take over inhibit_rules, the route tree and its mute times from an Alertmanager')
      .addHelpText(
        'after',
        '\nExamples:\n  aiops correlation rules import-alertmanager alertmanager.yml --dry-run\n',
      ),
  )
    .option('--dry-run', 'say what would be made and what not, and change nothing')
    .action(takeOver)
}

async function everyRule(
  client: Client,
): Promise<{ rules: CorrelationRule[]; problems: { file: string; message: string }[] }> {
  const { items, total_pages, problems } = await client.listCorrelationRules({
    query: { page_size: pageSize },
  })
  const rules = [...items]
  for (let page = 2; page <= total_pages; page += 1)
    rules.push(...(await client.listCorrelationRules({ query: { page, page_size: pageSize } })).items)
  return { rules, problems }
}

async function list(options: ConnectionOptions): Promise<void> {
  const found = await everyRule(connect(options))
  if (options.json) return printJson(found)
  for (const { file, message } of found.problems) print(`${file}: ${message}`)
  if (found.rules.length === 0) return print('No rule. Make one with "aiops correlation rules apply FILE".')
  printRules(found.rules)
}

function printRules(rules: readonly CorrelationRule[]): void {
  const rows = rules.map((rule) => [
    String(rule.order),
    rule.enabled ? rule.action : `(${rule.action})`,
    rule.name,
    [rule.by.join(', '), rule.route].filter((part) => part !== '').join(' → '),
    rule.origin,
    String(rule.hits.count),
    rule.when,
  ])
  for (const line of table([['ORDER', 'ACTION', 'NAME', 'BY → ROUTE', 'ORIGIN', 'HITS', 'WHEN'], ...rows]))
    print(line)
}

async function apply(files: string[], { dryRun, ...options }: DryOptions): Promise<void> {
  const inputs = (await Promise.all(files.map(documentOf))).flat()
  const client = connect(options)
  if (dryRun) return previewAll(client, inputs, options, {})
  const known = new Map((await everyRule(client)).rules.map(({ name, id }) => [name, id]))
  const done: CorrelationRule[] = []
  for (const body of inputs) {
    const id = known.get(body.name)
    done.push(
      id === undefined
        ? await client.createCorrelationRule({ body })
        : await client.updateCorrelationRule({ params: { id }, body }),
    )
  }
  if (options.json) return printJson(done)
  for (const { name } of done) print(`${name} ${known.has(name) ? 'changed' : 'created'}`)
}

async function preview(file: string, { start, end, ...options }: PreviewOptions): Promise<void> {
  const range = { ...(start === undefined ? {} : { start }), ...(end === undefined ? {} : { end }) }
  await previewAll(connect(options), await documentOf(file), options, range)
}

async function previewAll(
  client: Client,
  rules: readonly CorrelationRuleInput[],
  options: ConnectionOptions,
  range: { start?: string; end?: string },
): Promise<void> {
  const found = []
  for (const rule of rules)
    found.push({ name: rule.name, ...(await client.previewCorrelationRule({ body: { rule, ...range } })) })
  if (options.json) return printJson(found)
  for (const one of found) {
    const parts = [
      ...(one.sources > 0 ? [`${one.sources} sources`] : []),
      ...(one.held > 0 ? [`${one.held} held back`] : []),
      ...(one.groups > 0 ? [`${one.groups} groups`] : []),
    ]
    const told = parts.length === 0 ? '' : `: ${parts.join(', ')}`
    print(`${bold(one.name)} fits ${one.matched} of ${one.examined} alerts and anomalies${told}`)
    if (one.truncated) print(dim('  only the newest were looked at'))
    for (const { alert, anomaly, sentence } of one.examples.slice(0, 5))
      print(dim(`  ${alert ? alertText(alert) : anomaly ? anomalyText(anomaly) : ''}: ${sentence}`))
    printEffect(one.incidents)
  }
}

const alertText = ({ starts_at, name, entity }: Alert): string => `${starts_at} ${name} ${entity ?? ''}`
const anomalyText = ({ started_at, series, entity }: Anomaly): string =>
  `${started_at} ${series.name} ${entity ?? ''}`
const named = ({ number }: IncidentName): string => `INC-${number}`

function printEffect({ joins, parts, routes, left }: RuleEffect): void {
  for (const { into, from } of joins) print(`  would join ${from.map(named).join(', ')} into ${named(into)}`)
  for (const { incident, members, into } of parts)
    print(`  would part ${members} of ${named(incident)} into ${into ? named(into) : 'a new incident'}`)
  for (const { incident, from, to } of routes)
    print(`  routes ${named(incident)} to ${to ?? 'nobody in particular'}, before ${from ?? 'nobody'}`)
  for (const { incident, why } of left) print(dim(`  leaves ${named(incident)}: ${why}`))
}

async function incidents(
  name: string,
  { apply: chosen, ...options }: ConnectionOptions & { apply?: string[] },
): Promise<void> {
  const client = connect(options)
  const rule = (await everyRule(client)).rules.find((one) => one.name === name || one.id === name)
  if (!rule) throw new Fault('NOT_FOUND', `There is no correlation rule ${name}.`)
  const params = { id: rule.id }
  if (chosen === undefined) {
    const effect = await client.getCorrelationRuleEffect({ params })
    if (options.json) return printJson(effect)
    if (effect.joins.length + effect.parts.length === 0)
      print(`${bold(rule.name)} joins and parts none of ${effect.examined} open incidents.`)
    return printEffect(effect)
  }
  const body = { incidents: chosen.map((one) => one.replace(/^INC-/i, '')) }
  const { done, skipped } = await client.applyCorrelationRule({ params, body })
  if (options.json) return printJson({ done, skipped })
  for (const { act, incident, into, members } of done)
    print(
      act === 'MERGED'
        ? `${named(incident)} merged into ${named(into)}; undo: aiops incident split ${into.number} …`
        : `${members.length} of ${named(incident)} split off as ${named(into)}; undo: aiops incident merge ${into.number} ${incident.number}`,
    )
  for (const { incident, why } of skipped) print(dim(`${incident} is left: ${why}`))
}

async function remove(names: string[], options: ConnectionOptions): Promise<void> {
  const client = connect(options)
  const { rules } = await everyRule(client)
  const gone = names.map((name) => {
    const found = rules.find((rule) => rule.name === name || rule.id === name)
    if (!found) throw new Fault('NOT_FOUND', `There is no correlation rule ${name}.`)
    return found
  })
  for (const { id } of gone) await client.deleteCorrelationRule({ params: { id } })
  if (options.json) printJson(gone.map(({ id, name }) => ({ id, name })))
  else for (const { name } of gone) print(`${name} removed`)
}

async function takeOver(file: string, { dryRun, ...options }: DryOptions): Promise<void> {
  const body = { yaml: textOf(file), dry_run: dryRun === true }
  const made = await connect(options).importAlertmanagerConfiguration({ body })
  if (options.json) return printJson(made)
  const verb = made.dry_run ? 'would be made' : 'made'
  print(`${made.rules.length} rules and ${made.windows.length} maintenance windows ${verb}.`)
  if (made.rules.length > 0) printRules(made.rules)
  for (const { name, next } of made.windows) print(`${name}: next at ${next?.starts_at ?? 'never'}`)
  if (made.not_taken.length > 0) print(bold('Not taken over'))
  for (const { place, why } of made.not_taken) print(`${place}: ${why}`)
}

async function documentOf(file: string): Promise<CorrelationRuleInput[]> {
  const { rules, problems } = readCorrelationRules(textOf(file))
  if (problems.length > 0)
    throw new Fault('VALIDATION_FAILED', problems.map((problem) => `${file}: ${problem}`).join('\n'))
  return rules
}
