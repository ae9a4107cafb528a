import type { AnswerTable, Claim } from '@aiops/contract/model/answer'
import type { ReportDocument } from '@aiops/contract/model/report'
import { plainMarkdown } from './escape.ts'
import { cellText, frontMatter, nothingText } from './words.ts'

/** A report as Markdown (CommonMark with tables). What others wrote stands as text: it makes no link, no image and no HTML. */
export function reportMarkdown(document: ReportDocument): string {
  const { title, sections, evidence, checked, not_checked: notChecked } = document
  const parts = [
    `# ${plainMarkdown(title)}`,
    frontMatter(document).map(plainMarkdown).join('  \n'),
    ...sections.flatMap(sectionMarkdown),
    '## Appendix: evidence',
    [
      ...evidence.map(
        ({ id, sentence, query, source, time }) =>
          `- **${id}** ${plainMarkdown(sentence)} (${plainMarkdown([source, query, time ?? ''].filter(Boolean).join('; '))})`,
      ),
      ...checked.map(({ id, sentence }) => `- **${id}** ${plainMarkdown(sentence)}`),
    ].join('\n') || nothingText,
    notChecked.length === 0 ? '' : '## What could not be looked at',
    notChecked.map(({ what, reason }) => `- ${plainMarkdown(what)}: ${plainMarkdown(reason)}`).join('\n'),
  ]
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}

function sectionMarkdown({ title, claims, tables, charts }: ReportDocument['sections'][number]): string[] {
  const steps = claims.filter(({ role }) => role === 'NEXT_STEP')
  return [
    `## ${plainMarkdown(title)}`,
    claims.length === 0 && tables.length === 0 ? nothingText : '',
    ...claims.filter(({ role }) => role !== 'NEXT_STEP').map(claimMarkdown),
    steps.map((claim, i) => `${i + 1}. ${claimMarkdown(claim)}`).join('\n'),
    ...tables.map(tableMarkdown),
    ...charts.map(
      (chart) => `Chart: ${plainMarkdown(chart.title)}\n\n    ${chart.query.replace(/\s+/g, ' ')}`,
    ),
  ]
}

const claimMarkdown = ({ text, cites }: Claim): string =>
  `${plainMarkdown(text)} ${cites.map((id) => `\\[${id}\\]`).join('')}`

function tableMarkdown({ title, columns, rows, more }: AnswerTable): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [
    `**${plainMarkdown(title)}**`,
    '',
    line(columns.map((column) => plainMarkdown(column.title))),
    line(columns.map(({ numeric }) => (numeric ? '---:' : '---'))),
    ...rows.map(({ cells }) => line(columns.map(({ key }) => plainMarkdown(cellText(cells[key]))))),
    ...(more > 0 ? ['', `and ${more} more`] : []),
  ].join('\n')
}
