import type { CorrelationLesson, LessonRelation, LessonSide } from '@aiops/contract/model/correlation-lesson'
import { figureText } from '@aiops/contract/model/number-text'
import type { Command } from 'commander'
import { type ConnectionOptions, connect, withConnection } from './connection.ts'
import { dim, print, printJson, table } from './print.ts'

const pageSize = 200

/** `aiops correlation lessons`: what correlation learned from what people joined and parted. */
export function correlationLessonCommands(correlation: Command): void {
  const lessons = correlation
    .command('lessons')
    .description('what correlation learned from what people joined and parted: list, forget')
  withConnection(
    lessons
      .command('list', { isDefault: true })
      .description('lessons, the latest first')
      .addHelpText(
        'after',
        '\nExamples:\n  aiops correlation lessons\n  aiops correlation lessons list --json\n',
      ),
  ).action(list)
  withConnection(
    lessons
      .command('forget <id...>')
      .description('forget lessons: such signals are judged by time and topology alone again')
      .addHelpText(
        'after',
        '\nExamples:\n  aiops correlation lessons forget 0190b6f2-7c1e-7d3a-9a55-0d8f6d1c2b3a\n',
      ),
  ).action(forget)
}

async function list(options: ConnectionOptions): Promise<void> {
  const client = connect(options)
  const lessons: CorrelationLesson[] = []
  for (let page = 1, pages = 1; page <= pages; page += 1) {
    const found = await client.listCorrelationLessons({ query: { page, page_size: pageSize } })
    pages = found.total_pages
    lessons.push(...found.items)
  }
  if (options.json) return printJson(lessons)
  if (lessons.length === 0)
    return print('Nothing was learned yet: correlation learns when somebody merges, splits, moves or undoes.')
  const rows = lessons.map(({ id, log_odds, a, b, relation, joined, parted, by, updated_at }) => [
    id,
    effectOf(log_odds),
    `${sideOf(a)} and ${sideOf(b)}`,
    placeOf[relation],
    joined.toFixed(1),
    parted.toFixed(1),
    by.at(-1) ?? '',
    dim(updated_at.slice(0, 10)),
  ])
  const head = ['ID', 'TOGETHER', 'SIGNALS', 'WHERE', 'JOINED', 'PARTED', 'BY', 'CHANGED']
  for (const line of table([head, ...rows])) print(line)
}

async function forget(ids: string[], options: ConnectionOptions): Promise<void> {
  const client = connect(options)
  for (const id of ids) {
    await client.forgetCorrelationLesson({ params: { id } })
    if (!options.json) print(`${id} forgotten`)
  }
  if (options.json) printJson(ids)
}

/** The odds that two such belong together, as a multiple of what time and topology say. */
function effectOf(logOdds: number): string {
  const times = figureText(Math.exp(Math.abs(logOdds)), 2)
  return logOdds < 0 ? `${times}× less likely` : `${times}× likelier`
}

const sideOf = ({ rule, place }: LessonSide): string => (place === '' ? rule : `${rule} on a ${place}`)

const placeOf: Record<LessonRelation, string> = {
  SAME: 'same place',
  ADJACENT: 'next to each other',
  NEAR: 'within reach',
  LABELS: 'near by labels',
}
