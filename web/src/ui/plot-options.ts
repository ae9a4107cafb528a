import type uPlot from 'uplot'
import { axisTexts } from './axis-text.ts'
import { axisBounds, type ChartLevel, type ChartLine, type ChartMark, type ChartSpot } from './chart-data.ts'
import { drawSpots, spotAt } from './plot-spots.ts'

/** What changes while a plot lives; read by uPlot's callbacks at each drawing. Times in unix milliseconds. */
export type PlotView = {
  from: number
  to: number
  marks: readonly ChartMark[]
  spots: readonly ChartSpot[]
  onSpot: ((spot: ChartSpot) => void) | undefined
  baseline: number | undefined
  levels: readonly ChartLevel[]
  onZoom: ((from: number, to: number) => void) | undefined
  onCursor: ((timeMs: number | null) => void) | undefined
}

export type PlotFrame = { width: number; height: number; syncKey: string | undefined; zoomable: boolean }

/** Steps of a value axis in bytes: powers of two, so that ticks are whole in Ki, Mi, Gi. */
const byteSteps = Array.from({ length: 54 }, (_, i) => 2 ** i)

const token = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim()
const pad = (n: number): string => String(n).padStart(2, '0')

export function plotOptions(
  lines: readonly ChartLine[],
  frame: PlotFrame,
  view: () => PlotView,
): uPlot.Options {
  const axis = axisLook()
  const first = lines[0]
  return {
    width: frame.width,
    height: frame.height,
    ms: 1,
    padding: [8, 8, 0, 0],
    legend: { show: false },
    scales: {
      x: { time: true, range: () => [view().from, view().to] },
      y: { range: (_, min, max) => boundsWith(min, max, view()) },
    },
    series: [
      {},
      ...lines.map(({ end }, i) =>
        end
          ? { stroke: 'transparent', points: { show: false } }
          : { stroke: token(`--series-${(i % 8) + 1}`), width: 1.5, points: { size: 4 } },
      ),
    ],
    bands: bandOf(lines),
    axes: [
      {
        ...axis,
        size: 24,
        space: 70,
        values: (_u, splits, _i, _space, step) => splits.map((at) => tickText(at, step)),
      },
      {
        ...axis,
        size: 66,
        space: 28,
        ...(first?.unit?.startsWith('By') ? { incrs: byteSteps } : {}),
        values: (_u, splits) => axisTexts(splits, first?.unit, first?.metric),
      },
    ],
    cursor: {
      points: { size: 6 },
      drag: { x: frame.zoomable, y: false, setScale: false },
      ...(frame.syncKey === undefined ? {} : { sync: { key: frame.syncKey, setSeries: false } }),
    },
    hooks: hooks(view),
  }
}

/** Series of uPlot count from 1: the first is time. */
function bandOf(lines: readonly ChartLine[]): uPlot.Band[] {
  const [high, low] = (['HIGH', 'LOW'] as const).map((end) => lines.findIndex((line) => line.end === end) + 1)
  if (!high || !low) return []
  return [
    { series: [high, low], fill: `color-mix(in oklab, ${token('--series-1')} 20%, transparent)`, dir: -1 },
  ]
}

function axisLook() {
  const line = { stroke: token('--line'), width: 1 }
  return {
    stroke: token('--ink-mute'),
    font: `11px ${token('--font-sans') || 'sans-serif'}`,
    grid: line,
    ticks: { ...line, size: 4 },
    gap: 4,
  }
}

function hooks(view: () => PlotView): uPlot.Hooks.Arrays {
  return {
    setSelect: [
      (u) => {
        const { left, width } = u.select
        if (width < 4) return
        view().onZoom?.(u.posToVal(left, 'x'), u.posToVal(left + width, 'x'))
        u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
      },
    ],
    setCursor: [
      (u) => {
        const left = u.cursor.left ?? -1
        view().onCursor?.(left < 0 ? null : u.posToVal(left, 'x'))
      },
    ],
    draw: [
      (u) => drawMarks(u, view()),
      (u) => drawSpots(u, view().spots, token('--ink'), token('--surface')),
    ],
    ready: [
      (u) => {
        u.over.addEventListener('click', ({ offsetX, offsetY }) => {
          const spot = spotAt(u, view().spots, offsetX, offsetY)
          if (spot) view().onSpot?.(spot)
        })
      },
    ],
  }
}

function boundsWith(
  min: number | null,
  max: number | null,
  { baseline, levels }: PlotView,
): [number, number] {
  const lines = [...levels.map(({ value }) => value), ...(baseline === undefined ? [] : [baseline])]
  if (lines.length === 0 || min === null || max === null) return axisBounds(min, max)
  return axisBounds(Math.min(min, ...lines), Math.max(max, ...lines))
}

function drawMarks(u: uPlot, view: PlotView): void {
  const { ctx } = u
  const ratio = devicePixelRatio
  const { left, top, width, height } = u.bbox
  ctx.save()
  ctx.lineWidth = ratio
  ctx.setLineDash([4 * ratio, 3 * ratio])
  if (view.baseline !== undefined) {
    const y = Math.round(u.valToPos(view.baseline, 'y', true))
    ctx.strokeStyle = token('--ink-mute')
    stroke(ctx, left, y, left + width, y)
  }
  ctx.font = `${11 * ratio}px sans-serif`
  for (const level of view.levels) {
    const y = Math.round(u.valToPos(level.value, 'y', true))
    ctx.strokeStyle = ctx.fillStyle = token(`--${level.tone}`)
    stroke(ctx, left, y, left + width, y)
    // At opposite ends and on opposite sides: a warning is often close below what is critical.
    const right = level.tone === 'critical'
    const above = right || level.side === 'above' || y + 12 * ratio > top + height
    ctx.textAlign = right ? 'right' : 'left'
    ctx.fillText(
      level.label,
      right ? left + width - 4 * ratio : left + 4 * ratio,
      y + (above ? -3 : 11) * ratio,
    )
  }
  ctx.strokeStyle = token('--critical')
  ctx.fillStyle = token('--critical')
  for (const mark of view.marks) {
    const x = Math.round(u.valToPos(mark.at, 'x', true))
    if (x < left || x > left + width) continue
    stroke(ctx, x, top, x, top + height)
    const nearEnd = x + ctx.measureText(mark.label).width + 8 * ratio > left + width
    ctx.textAlign = nearEnd ? 'right' : 'left'
    ctx.fillText(mark.label, x + (nearEnd ? -4 : 4) * ratio, top + 10 * ratio)
  }
  ctx.restore()
}

function stroke(ctx: CanvasRenderingContext2D, x0: number, y0: number, x1: number, y1: number): void {
  ctx.beginPath()
  ctx.moveTo(x0, y0)
  ctx.lineTo(x1, y1)
  ctx.stroke()
}

/** Local time, as fine as the distance between ticks asks. */
function tickText(at: number, stepMs: number): string {
  const d = new Date(at)
  if (stepMs >= 86_400_000) return `${pad(d.getMonth() + 1)}-${pad(d.getDate())}`
  const clock = `${pad(d.getHours())}:${pad(d.getMinutes())}`
  return stepMs < 60_000 ? `${clock}:${pad(d.getSeconds())}` : clock
}
