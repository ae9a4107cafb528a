import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { AnswerTable, Claim } from '@aiops/contract/model/answer'
import type { ReportChart, ReportDocument } from '@aiops/contract/model/report'
import PdfDocument from 'pdfkit'
import { drawChart } from './chart.ts'
import type { Page } from './page.ts'
import { drawTable } from './table.ts'

/** A4 in points, with room at the edge. */
const margin = 50
const size = { title: 20, heading: 14, text: 10, small: 8 }
const ink = { text: '#111827', quiet: '#4b5563', line: '#d1d5db', link: '#1d4ed8' }

const fonts = {
  regular: 'DejaVuSans.ttf',
  bold: 'DejaVuSans-Bold.ttf',
  mono: 'DejaVuSansMono.ttf',
} as const

/** The report as PDF (pdfkit); its fonts are embedded, so that every alphabet of DejaVu Sans is shown anywhere. Takes seconds of CPU. */
export function printReport(document: ReportDocument): Promise<Uint8Array> {
  const page = new PdfDocument({
    ...{ size: 'A4', margin, bufferPages: true, font: fontFile('regular') },
    info: { Title: document.title, Creator: 'AIOps NextGen', CreationDate: new Date(document.generated_at) },
  })
  const chunks: Buffer[] = []
  const done = new Promise<Uint8Array>((resolve, reject) => {
    page.on('data', (chunk: Buffer) => chunks.push(chunk))
    page.on('end', () => resolve(Buffer.concat(chunks)))
    page.on('error', reject)
  })
  for (const name of ['regular', 'bold', 'mono'] as const) page.registerFont(name, fontFile(name))
  printDocument(page, document)
  numberPages(page, document.title)
  page.end()
  return done
}

const fontFile = (name: keyof typeof fonts): string =>
  join(dirname(createRequire(import.meta.url).resolve('dejavu-fonts-ttf/package.json')), 'ttf', fonts[name])

function printDocument(page: Page, document: ReportDocument): void {
  page.font('bold').fontSize(size.title).fillColor(ink.text).text(document.title)
  page.moveDown(0.3).font('regular').fontSize(size.small).fillColor(ink.quiet)
  for (const line of frontMatter(document)) page.text(line)
  for (const section of document.sections) printSection(page, section)
  heading(page, 'Appendix: evidence')
  for (const { id, sentence, query, source, time } of document.evidence)
    printEvidence(page, id, sentence, [source, query, time ?? ''].filter(Boolean).join(' · '))
  for (const { id, sentence, tool } of document.checked) printEvidence(page, id, sentence, tool)
  if (document.not_checked.length === 0) return
  heading(page, 'What could not be looked at')
  for (const { what, reason } of document.not_checked) paragraph(page, `${what}: ${reason}`)
}

function printSection(
  page: Page,
  { title, claims, tables, charts }: ReportDocument['sections'][number],
): void {
  heading(page, title)
  if (claims.length === 0 && tables.length === 0) paragraph(page, 'Nothing was found to say here.')
  let step = 0
  for (const claim of claims) {
    if (claim.role === 'NEXT_STEP') step += 1
    printClaim(page, claim, claim.role === 'NEXT_STEP' ? `${step}. ` : '')
  }
  for (const table of tables) printTable(page, table)
  for (const chart of charts) printChart(page, chart)
}

function heading(page: Page, text: string): void {
  if (page.y > page.page.height - margin - 80) page.addPage()
  page.moveDown(1).font('bold').fontSize(size.heading).fillColor(ink.text).text(text, margin)
  page.moveDown(0.3)
}

function paragraph(page: Page, text: string): void {
  page
    .font('regular')
    .fontSize(size.text)
    .fillColor(ink.text)
    .text(text, margin, undefined, { width: widthOf(page) })
  page.moveDown(0.3)
}

function printClaim(page: Page, { text, cites, role }: Claim, before: string): void {
  page
    .font(role === 'HEADLINE' ? 'bold' : 'regular')
    .fontSize(size.text)
    .fillColor(ink.text)
    .text(`${before}${withoutCode(text)} `, margin, undefined, { width: widthOf(page), continued: true })
    .font('regular')
    .fontSize(size.small)
    .fillColor(ink.link)
    .text(cites.map((id) => `[${id}]`).join(''))
  page.moveDown(0.3)
}

/** The marks of code spans, which mean nothing on paper. */
const withoutCode = (text: string): string => text.replace(/`([^`\n]+)`/g, '$1')

function printTable(page: Page, table: AnswerTable): void {
  page.moveDown(0.3).font('bold').fontSize(size.text).fillColor(ink.text).text(table.title, margin)
  drawTable(page, table, { left: margin, width: widthOf(page), fontSize: size.small, ...ink })
  if (table.more > 0)
    page.font('regular').fontSize(size.small).fillColor(ink.quiet).text(`and ${table.more} more`, margin)
  page.moveDown(0.5)
}

function printChart(page: Page, chart: ReportChart): void {
  const height = 130
  if (page.y + height + 60 > page.page.height - margin) page.addPage()
  page
    .moveDown(0.3)
    .font('bold')
    .fontSize(size.text)
    .fillColor(ink.text)
    .text(chart.unit === null ? chart.title : `${chart.title}, in ${chart.unit}`, margin)
  drawChart(page, chart, { left: margin, top: page.y + 4, width: widthOf(page), height, fontSize: 7, ...ink })
  page
    .font('mono')
    .fontSize(7)
    .fillColor(ink.quiet)
    .text(chart.query, margin, undefined, { width: widthOf(page) })
  page.moveDown(0.5)
}

function printEvidence(page: Page, id: string, sentence: string, quiet: string): void {
  page
    .font('bold')
    .fontSize(size.small)
    .fillColor(ink.text)
    .text(`${id}  `, margin, undefined, { continued: true })
  page.font('regular').text(`${sentence} `, { continued: true }).fillColor(ink.quiet).text(quiet)
  page.moveDown(0.2)
}

function frontMatter({ time_range, scope, generated_at, generated_by, engine }: ReportDocument): string[] {
  const time = (at: string): string => `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`
  const by = engine === 'deterministic' ? 'rule, without a language model' : engine
  return [
    `Period: ${time(time_range.start)} to ${time(time_range.end)}`,
    `About: ${scope}`,
    `Written ${time(generated_at)} for ${generated_by}, by ${by}`,
  ]
}

const widthOf = (page: Page): number => page.page.width - 2 * margin

function numberPages(page: Page, title: string): void {
  const { start, count } = page.bufferedPageRange()
  for (let i = start; i < start + count; i += 1) {
    page.switchToPage(i)
    // The foot lies in the margin, where text would begin a new page.
    page.page.margins.bottom = 0
    page.font('regular').fontSize(size.small).fillColor(ink.quiet)
    page.text(`${title} · ${i + 1} of ${count}`, margin, page.page.height - 34, {
      width: widthOf(page),
      align: 'center',
    })
  }
}
