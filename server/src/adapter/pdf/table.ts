import type { AnswerTable } from '@aiops/contract/model/answer'
import type { Page } from './page.ts'

export type TableLook = {
  left: number
  width: number
  fontSize: number
  text: string
  quiet: string
  line: string
}

const gap = 6
/** A cell shows so many characters at most; the document itself holds all. */
const cellMax = 160
/** A longer word is broken. */
const widestWordShare = 0.35
/** Rows that columns are measured by. */
const measuredRowsMax = 100
/** A head never stands alone at the foot of a page. */
const headRoom = 48

/** A table whose columns are as wide as what stands in them asks for; the head is repeated on every page. */
export function drawTable(page: Page, { columns, rows }: AnswerTable, look: TableLook): void {
  const cells = rows.map(({ cells: row }) => columns.map(({ key }) => textOf(row[key])))
  const head = columns.map(({ title }) => title)
  page.fontSize(look.fontSize)
  const widths = widthsOf(page, head, cells, look.width)
  const bottom = page.page.height - page.page.margins.bottom
  const drawRow = (texts: readonly string[], font: 'bold' | 'regular'): void => {
    page.font(font).fontSize(look.fontSize)
    const height =
      Math.max(...texts.map((text, i) => page.heightOfString(text, { width: widths[i]! - gap }))) + 4
    if (page.y + height > bottom) {
      page.addPage()
      if (font === 'regular') drawRow(head, 'bold')
      page.font(font).fontSize(look.fontSize)
    }
    const { y } = page
    let x = look.left
    texts.forEach((text, i) => {
      const align = columns[i]!.numeric ? 'right' : 'left'
      page.fillColor(look.text).text(text, x, y + 2, { width: widths[i]! - gap, align })
      x += widths[i]!
    })
    page
      .moveTo(look.left, y + height)
      .lineTo(look.left + look.width, y + height)
      .lineWidth(0.5)
      .strokeColor(look.line)
      .stroke()
    page.x = look.left
    page.y = y + height
  }
  if (page.y + headRoom > bottom) page.addPage()
  drawRow(head, 'bold')
  for (const row of cells) drawRow(row, 'regular')
}

const textOf = (cell: AnswerTable['rows'][number]['cells'][string] | undefined): string =>
  cell === null || cell === undefined ? '–' : String(cell).slice(0, cellMax)

/**
 * Each column as wide as its longest word, so that none is broken where there is room; what is left goes to those whose texts are longer
 * than that. Where not even the words fit, all are narrowed alike.
 */
function widthsOf(
  page: Page,
  head: readonly string[],
  rows: readonly (readonly string[])[],
  width: number,
): number[] {
  const columns = head.map((title, i) => {
    const texts = rows.slice(0, measuredRowsMax).map((row) => row[i]!)
    const words = [...new Set(texts.flatMap((text) => text.split(/\s+/)))]
    const wordWidth = Math.max(
      ...words.map((word) => page.font('regular').widthOfString(word)),
      ...title.split(' ').map((word) => page.font('bold').widthOfString(word)),
    )
    const textWidth = Math.max(...texts.map((text) => page.font('regular').widthOfString(text)), wordWidth)
    const least = Math.min(wordWidth, width * widestWordShare) + gap + 1
    return { least, more: Math.max(0, textWidth + gap - least) }
  })
  const least = columns.reduce((sum, column) => sum + column.least, 0)
  const more = columns.reduce((sum, column) => sum + column.more, 0)
  if (least >= width) return columns.map((column) => (column.least / least) * width)
  // What nobody needs stays empty: a column is read beside the next, not across the page.
  const share = Math.min(1, (width - least) / (more || 1))
  return columns.map((column) => column.least + column.more * share)
}
