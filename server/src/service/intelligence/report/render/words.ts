import type { ReportDocument } from '@aiops/contract/model/report'

/** The lines under a report's title. */
export function frontMatter({
  time_range,
  scope,
  generated_at,
  generated_by,
  engine,
}: ReportDocument): string[] {
  return [
    `Period: ${timeText(time_range.start)} to ${timeText(time_range.end)}`,
    `About: ${scope}`,
    `Written ${timeText(generated_at)} for ${generated_by}, by ${engine === 'deterministic' ? 'rule, without a language model' : engine}`,
  ]
}

export const timeText = (at: string): string => `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`

export const cellText = (cell: string | number | boolean | null | undefined): string =>
  cell === null || cell === undefined ? '–' : String(cell)

export const nothingText = 'Nothing was found to say here.'
