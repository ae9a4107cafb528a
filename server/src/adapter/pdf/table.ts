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

/** A table whose columns are as wide as what stands in them asks for; the head is repeated on every page. */
export function drawTable(page: Page, { columns, rows }: AnswerTable, look: TableLook): void {
  const cells = rows.map(({ cells: row }) => columns.map(({ key }) => textOf(row[key])))
  const widths = widthsOf([columns.map(({ title }) => title), ...cells], look.width)
  const bottom = page.page.height - page.page.margins.bottom
  const drawRow = (texts: readonly string[], font: 'bold' | 'regular'): void => {
    page.font(font).fontSize(look.fontSize)
    const height =
      Math.max(...texts.map((text, i) => page.heightOfString(text, { width: widths[i]! - gap }))) + 4
    if (page.y + height > bottom) {
      page.addPage()
      if (font === 'regular')
        drawRow(
          columns.map(({ title }) => title),
          'bold',
        )
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
  drawRow(
    columns.map(({ title }) => title),
    'bold',
  )
  for (const row of cells) drawRow(row, 'regular')
}

const textOf = (cell: AnswerTable['rows'][number]['cells'][string] | undefined): string =>
  cell === null || cell === undefined ? '–' : String(cell).slice(0, cellMax)

/** Shares of the width by the longest text of each column, none below a half nor above twice its even share. */
function widthsOf(rows: readonly (readonly string[])[], width: number): number[] {
  const columns = rows[0]!.length
  const even = width / columns
  const longest = Array.from({ length: columns }, (_, i) => Math.max(...rows.map((row) => row[i]!.length), 3))
  const sum = longest.reduce((total, length) => total + length, 0)
  const wanted = longest.map((length) => Math.min(2 * even, Math.max(even / 2, (length / sum) * width)))
  const all = wanted.reduce((total, one) => total + one, 0)
  return wanted.map((one) => (one / all) * width)
}
