import type { Answer, AnswerTable } from '@aiops/contract/model/answer'
import type { Command } from 'commander'
import { type ConnectionOptions, connect, withConnection } from './connection.ts'
import { Exit } from './exit.ts'
import { bold, dim, print, printJson, table } from './print.ts'

type AskOptions = ConnectionOptions & {
  cluster: string[]
  persona: string
  model: boolean
  evidence?: boolean
}

/** Nothing to say: an answer that says so and why. */
const notAnswerable = 3

export function askCommand(program: Command): void {
  withConnection(
    program
      .command('ask')
      .description('ask in plain words; the answer names what it rests on')
      .argument('<question...>')
      .option(
        '--cluster <name>',
        'only about this one; may be repeated',
        (name, names: string[]) => [...names, name],
        [] as string[],
      )
      .option('--persona <id>', 'who answers: default, platform-ops, gpu-expert, …', 'default')
      .option('--no-model', 'without a language model, whatever is configured')
      .option('--evidence', 'show what each citation stands for')
      .addHelpText('after', examples),
  ).action(async (words: string[], options: AskOptions) => {
    const answer = await connect(options).ask({
      body: {
        question: words.join(' '),
        persona_id: options.persona,
        cluster_context: options.cluster,
        model: options.model,
      },
    })
    if (options.json) printJson(answer)
    else printAnswer(answer, options.evidence === true)
    if (answer.outcome === 'UNANSWERABLE' || answer.outcome === 'CLARIFY') throw new Exit(notAnswerable)
  })
}

/** An answer as a terminal shows it: what was found, what it rests on, what could not be looked at, what to ask next. */
export function printAnswer(answer: Answer, withEvidence: boolean): void {
  print(marked(answer.text))
  for (const one of answer.tables) printTable(one)
  for (const { title, query } of answer.charts) print(`\n${bold(title)}\n  ${dim(query)}`)
  if (answer.proposal) print(`\n${answer.proposal.sentence}`)
  if (answer.model_note) print(dim(`! ${answer.model_note}`))
  for (const notice of answer.notices) print(dim(`! ${notice}`))
  for (const { what, reason } of answer.not_checked) print(dim(`! not looked at: ${what}: ${reason}`))
  if (withEvidence) printEvidence(answer)
  const { checked, engine, seconds } = answer
  print(dim(`\n${checked.length} looks, ${seconds} s, ${engine}${answer.model ? ` (${answer.model})` : ''}`))
  for (const question of answer.suggestions) print(dim(`  ? ${question}`))
}

function printTable({ title, columns, rows, more }: AnswerTable): void {
  print(`\n${bold(title)}`)
  const cells = rows.map((row) => columns.map(({ key }) => `${row.cells[key] ?? '-'}`))
  for (const line of table([columns.map(({ title: name }) => name), ...cells])) print(`  ${line}`)
  if (more > 0) print(dim(`  and ${more} more`))
}

function printEvidence({ evidence, checked, claims, tables }: Answer): void {
  const cited = new Set([...claims, ...tables.flatMap(({ rows }) => rows)].flatMap(({ cites }) => cites))
  print(`\n${bold('Evidence')}`)
  for (const { id, sentence, query, source } of evidence)
    if (cited.has(id)) print(`  [${id}] ${sentence} ${dim(`${source}: ${query}`)}`)
  for (const { id, sentence } of checked) if (cited.has(id)) print(`  [${id}] ${sentence}`)
}

/** `**bold**` as the terminal writes it; the rest of Markdown reads well as it is. */
const marked = (text: string): string => text.replace(/\*\*([^*\n]+)\*\*/g, (_, inner: string) => bold(inner))

const examples = `
Exit code 0: answered, or proposed; 3: it cannot be answered, and the answer says why.

Examples:
  aiops ask what is broken
  aiops ask "why is payments slow?" --evidence
  aiops ask "which pods restart most" --cluster east --json
`
