import { basename } from 'node:path'
import { KnowledgeKind } from '@aiops/contract/model/knowledge'
import { type Command, Option } from 'commander'
import { Fault } from '../../kernel/fault.ts'
import { readMarkdown } from '../../service/library/index.ts'
import { type ConnectionOptions, connect, withConnection } from './connection.ts'
import { wholeNumber } from './number-option.ts'
import { bold, dim, print, printJson, table } from './print.ts'
import { textOf } from './text-file.ts'

type SearchOptions = ConnectionOptions & { kind?: KnowledgeKind[]; entity?: string; limit: number }
type ListOptions = ConnectionOptions & { kind?: KnowledgeKind[]; search?: string }

const pageSize = 200
/** Of a passage so much is shown. */
const shownMax = 400

/** `aiops knowledge`: runbooks, post-mortems, documents and past incidents. */
export function knowledgeCommands(program: Command): void {
  const knowledge = program
    .command('knowledge')
    .description('runbooks, post-mortems, documents and past incidents: search, list, add, remove')
  const kinds = () => new Option('--kind <kind...>', 'only these kinds').choices(KnowledgeKind.options)
  withConnection(
    knowledge
      .command('search <words...>')
      .description('passages that answer, best first')
      .addHelpText(
        'after',
        '\nExamples:\n  aiops knowledge search redis out of memory\n  aiops knowledge search ORA-00600 --kind POST_MORTEM\n',
      ),
  )
    .addOption(kinds())
    .option('--entity <id>', 'only what is about it: kind/name, for example service/payments')
    .option('--limit <count>', 'documents at most', wholeNumber(1, 50), 5)
    .action(search)
  withConnection(
    knowledge
      .command('list')
      .description('documents, changed last first')
      .addHelpText(
        'after',
        '\nExamples:\n  aiops knowledge list\n  aiops knowledge list --kind RUNBOOK --json\n',
      ),
  )
    .addOption(kinds())
    .option('--search <text>', 'part of a title or a tag')
    .action(list)
  withConnection(
    knowledge
      .command('add <file...>')
      .description('add Markdown files; their front matter may say title, kind, url, entities and tags')
      .addHelpText('after', '\nExamples:\n  aiops knowledge add post-mortems/*.md\n'),
  ).action(add)
  withConnection(
    knowledge
      .command('remove <id...>')
      .description('remove documents that were added here, with their versions')
      .addHelpText('after', '\nExamples:\n  aiops knowledge remove 0190b6f2-7c1e-7d3a-9a55-0d8f6d1c2b3a\n'),
  ).action(remove)
}

async function search(words: string[], { kind, entity, limit, ...options }: SearchOptions): Promise<void> {
  const found = await connect(options).searchKnowledge({
    query: { q: words.join(' '), limit, ...(kind ? { kind } : {}), ...(entity ? { entity } : {}) },
  })
  if (options.json) return printJson(found)
  for (const note of found.notes) print(dim(note))
  if (found.hits.length === 0) return print('Nothing was found.')
  for (const { document, passages } of found.hits) {
    print(`${bold(document.title)} ${dim(`${document.kind} ${document.id}`)}`)
    for (const { heading, text } of passages.slice(0, 1)) {
      if (heading !== '') print(dim(`  ${heading}`))
      print(`  ${text.slice(0, shownMax).replaceAll('\n', '\n  ')}`)
    }
    if (document.url) print(dim(`  ${document.url}`))
    print()
  }
}

async function list({ kind, search: part, ...options }: ListOptions): Promise<void> {
  const client = connect(options)
  const items = []
  for (let page = 1, pages = 1; page <= pages; page += 1) {
    const query = { page, page_size: pageSize, ...(kind ? { kind } : {}), ...(part ? { search: part } : {}) }
    const found = await client.listKnowledgeDocuments({ query })
    pages = found.total_pages
    items.push(...found.items)
    if (page === 1 && !options.json)
      for (const { file, message } of found.problems) print(`${file}: ${message}`)
  }
  if (options.json) return printJson(items)
  if (items.length === 0) return print('No document. Add one with "aiops knowledge add FILE".')
  const rows = items.map((one) => [one.kind, one.origin, one.updated_at.slice(0, 10), one.id, one.title])
  for (const line of table([['KIND', 'FROM', 'CHANGED', 'ID', 'TITLE'], ...rows])) print(line)
}

async function add(files: string[], options: ConnectionOptions): Promise<void> {
  const inputs = []
  for (const file of files) {
    const read = readMarkdown(basename(file), textOf(file))
    if ('problem' in read) throw new Fault('VALIDATION_FAILED', `${file}: ${read.problem}`)
    inputs.push(read.input)
  }
  const client = connect(options)
  const made = []
  for (const body of inputs) made.push(await client.createKnowledgeDocument({ body }))
  if (options.json) printJson(made.map(({ text: _, ...summary }) => summary))
  else for (const { id, title } of made) print(`${id} ${title}`)
}

async function remove(ids: string[], options: ConnectionOptions): Promise<void> {
  const client = connect(options)
  for (const id of ids) {
    await client.deleteKnowledgeDocument({ params: { id } })
    if (!options.json) print(`${id} removed`)
  }
  if (options.json) printJson(ids)
}
