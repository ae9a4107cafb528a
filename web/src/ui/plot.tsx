import { useEffect, useLayoutEffect, useRef } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { alignLines, type ChartLine } from './chart-data.ts'
import { type PlotView, plotOptions } from './plot-options.ts'
import { useDark } from './use-dark.ts'

export type PlotProps = PlotView & {
  lines: readonly ChartLine[]
  height: number
  syncKey: string | undefined
  label: string
}

/** A uPlot on a canvas. Made anew when its lines, look or size change; otherwise only its data is set. Destroyed when it leaves. */
export function Plot({ lines, height, syncKey, label, ...view }: PlotProps) {
  const host = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot>(undefined)
  const current = useRef(view)
  current.current = view
  const latest = useRef(lines)
  latest.current = lines
  const dark = useDark()
  const zoomable = view.onZoom !== undefined
  const structure = JSON.stringify(lines.map((line) => [line.key, line.unit, line.metric, line.end]))

  // biome-ignore lint/correctness/useExhaustiveDependencies: `dark` and `structure` stand for what the options are read from
  useLayoutEffect(() => {
    const element = host.current
    if (!element) return
    const frame = { width: element.clientWidth, height, syncKey, zoomable }
    const made = new uPlot(
      plotOptions(latest.current, frame, () => current.current),
      alignLines(latest.current),
      element,
    )
    plot.current = made
    const observer = new ResizeObserver(() => {
      if (element.clientWidth > 0 && element.clientWidth !== made.width)
        made.setSize({ width: element.clientWidth, height })
    })
    observer.observe(element)
    return () => {
      observer.disconnect()
      made.destroy()
      plot.current = undefined
    }
  }, [structure, height, syncKey, zoomable, dark])

  // biome-ignore lint/correctness/useExhaustiveDependencies: the range and the marks are read from `current` while drawing
  useEffect(() => {
    plot.current?.setData(alignLines(lines))
  }, [lines, view.from, view.to, view.marks, view.spots, view.baseline, view.levels])

  return (
    <div ref={host} role="img" aria-label={label} className="w-full overflow-hidden" style={{ height }} />
  )
}
