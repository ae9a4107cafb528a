import type { ReportChart } from '@aiops/contract/model/report'
import type { Page } from './page.ts'

export type ChartLook = {
  left: number
  top: number
  width: number
  height: number
  fontSize: number
  quiet: string
  line: string
}

/** Okabe and Ito's colours. */
const colours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000', '#999999']
const axisWidth = 48

/** A line chart at the page's place; leaves the page below it. */
export function drawChart(page: Page, { series, marks }: ReportChart, look: ChartLook): void {
  const points = series
    .flatMap((one) => one.points)
    .filter((point): point is [number, number] => point[1] !== null)
  page.font('regular').fontSize(look.fontSize).fillColor(look.quiet)
  if (points.length === 0) {
    page.text('No points in this period.', look.left, look.top)
    return
  }
  const [from, to] = [Math.min(...points.map(([at]) => at)), Math.max(...points.map(([at]) => at))]
  const low = Math.min(0, ...points.map(([, value]) => value))
  const high = Math.max(...points.map(([, value]) => value), low + 1e-12)
  const left = look.left + axisWidth
  const width = look.width - axisWidth
  const x = (at: number): number => left + (to === from ? 0.5 : (at - from) / (to - from)) * width
  const y = (value: number): number => look.top + (1 - (value - low) / (high - low)) * look.height
  for (const value of [low, (low + high) / 2, high]) {
    page
      .moveTo(left, y(value))
      .lineTo(left + width, y(value))
      .lineWidth(0.4)
      .strokeColor(look.line)
      .stroke()
    page.text(String(Number(value.toPrecision(3))), look.left, y(value) - 4, {
      width: axisWidth - 6,
      align: 'right',
    })
  }
  for (const at of marks.map((mark) => Date.parse(mark.at)).filter((at) => at >= from && at <= to))
    page
      .moveTo(x(at), look.top)
      .lineTo(x(at), look.top + look.height)
      .dash(3, { space: 2 })
      .strokeColor('#d55e00')
      .stroke()
      .undash()
  for (const [i, one] of series.entries()) drawLine(page, one.points, x, y, colours[i % colours.length]!)
  const base = look.top + look.height + 3
  for (const [at, align] of [
    [from, 'left'],
    [to, 'right'],
  ] as const)
    page
      .fillColor(look.quiet)
      .text(new Date(at).toISOString().slice(11, 16), left, base, { width, align, lineBreak: false })
  page.x = look.left
  page.y = base + look.fontSize + 3
  for (const [i, { name }] of series.entries())
    page.fillColor(colours[i % colours.length]!).text(`■ ${name}`, look.left)
}

function drawLine(
  page: Page,
  points: ReportChart['series'][number]['points'],
  x: (at: number) => number,
  y: (value: number) => number,
  colour: string,
): void {
  let isOpen = false
  for (const [at, value] of points) {
    if (value !== null) isOpen ? page.lineTo(x(at), y(value)) : page.moveTo(x(at), y(value))
    isOpen = value !== null
  }
  page.lineWidth(1).strokeColor(colour).stroke()
}
