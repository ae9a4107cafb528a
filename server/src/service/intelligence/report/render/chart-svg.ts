import type { ReportChart } from '@aiops/contract/model/report'
import { measured } from '../../answer/words.ts'
import { escaped } from './escape.ts'

const width = 720
const height = 220
const [left, right, top, bottom] = [76, 12, 12, 28]
/** Okabe and Ito's colours, which people who see few colours tell apart. */
export const seriesColours = [
  '#0072b2',
  '#d55e00',
  '#009e73',
  '#cc79a7',
  '#e69f00',
  '#56b4e9',
  '#000000',
  '#999999',
]

/** A chart as one inline SVG: no script, no style from elsewhere. '' where there is no point to draw. */
export function chartSvg(chart: ReportChart): string {
  const scale = scaleOf(chart)
  if (!scale) return ''
  const { x, y, ticks, fromMs, toMs } = scale
  const grid = ticks.map(
    (value) =>
      `<line x1="${left}" x2="${width - right}" y1="${y(value)}" y2="${y(value)}" stroke="currentColor" stroke-opacity="0.15"/>` +
      `<text x="${left - 6}" y="${y(value) + 4}" text-anchor="end">${escaped(measured(value, chart.unit))}</text>`,
  )
  const times = [fromMs, (fromMs + toMs) / 2, toMs].map((at, i) => {
    const anchor = ['start', 'middle', 'end'][i]
    return `<text x="${x(at)}" y="${height - 8}" text-anchor="${anchor}">${new Date(at).toISOString().slice(11, 16)}</text>`
  })
  const marks = chart.marks.map(({ at, text }) => {
    const place = x(Date.parse(at))
    return `<line x1="${place}" x2="${place}" y1="${top}" y2="${height - bottom}" stroke="#d55e00" stroke-dasharray="4 3"><title>${escaped(text)}</title></line>`
  })
  const lines = chart.series.map(
    ({ name, points }, i) =>
      `<path d="${pathOf(points, x, y)}" fill="none" stroke="${seriesColours[i % seriesColours.length]}" stroke-width="1.5"><title>${escaped(name)}</title></path>`,
  )
  return `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(chart.title)}" xmlns="http://www.w3.org/2000/svg" font-size="11" fill="currentColor">${[...grid, ...times, ...marks, ...lines].join('')}</svg>`
}

export type Scale = {
  x(ms: number): number
  y(value: number): number
  ticks: number[]
  fromMs: number
  toMs: number
}

/** Where points lie in a frame; undefined where there is none. */
export function scaleOf(
  { series }: ReportChart,
  frame = { left, top, width: width - left - right, height: height - top - bottom },
): Scale | undefined {
  const points = series
    .flatMap((one) => one.points)
    .filter((point): point is [number, number] => point[1] !== null)
  if (points.length === 0) return undefined
  const [fromMs, toMs] = [Math.min(...points.map(([at]) => at)), Math.max(...points.map(([at]) => at))]
  const low = Math.min(0, ...points.map(([, value]) => value))
  const high = Math.max(...points.map(([, value]) => value))
  const step = niceStep((high - low || Math.abs(high) || 1) / 4)
  const [from, to] = [Math.floor(low / step) * step, Math.max(Math.ceil(high / step) * step, low + step)]
  const round = (value: number): number => Math.round(value * 10) / 10
  return {
    x: (ms) => round(frame.left + (toMs === fromMs ? 0.5 : (ms - fromMs) / (toMs - fromMs)) * frame.width),
    y: (value) => round(frame.top + (1 - (value - from) / (to - from)) * frame.height),
    ticks: Array.from({ length: Math.round((to - from) / step) + 1 }, (_, i) => from + i * step),
    ...{ fromMs, toMs },
  }
}

/** 1, 2 or 5 times a power of ten, not below `size`. */
function niceStep(size: number): number {
  const power = 10 ** Math.floor(Math.log10(size))
  return power * (([1, 2, 5, 10] as const).find((factor) => factor * power >= size * 0.999) ?? 10)
}

/** Pieces between gaps. */
function pathOf(points: ReportChart['series'][number]['points'], x: Scale['x'], y: Scale['y']): string {
  let isOpen = false
  const parts: string[] = []
  for (const [at, value] of points) {
    if (value !== null) parts.push(`${isOpen ? 'L' : 'M'}${x(at)} ${y(value)}`)
    isOpen = value !== null
  }
  return parts.join('')
}
