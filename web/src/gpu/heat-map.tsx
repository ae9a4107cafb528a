import { Link } from '@tanstack/react-router'
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react'
import { counted } from '../ui/words.ts'
import type { ClusterGroup } from './gpu-row.ts'
import { HeatLegend } from './heat-legend.tsx'
import { neighbour } from './heat-neighbour.ts'
import { HeatNode } from './heat-node.tsx'
import { countBins, paintOf } from './heat-paint.ts'
import { HeatTip, type TipAt } from './heat-tip.tsx'
import type { Measure } from './measure.ts'
import type { GpuThresholds } from './threshold.ts'

type HeatMapProps = {
  groups: readonly ClusterGroup[]
  measure: Measure
  thresholds: GpuThresholds
  onMeasure: (measure: Measure) => void
  onOpen: (key: string) => void
  onNode: (name: string) => void
}

const cellOf = (target: EventTarget | null): HTMLElement | null =>
  target instanceof Element ? target.closest<HTMLElement>('[data-gpu]') : null

/** Every GPU a cell, by cluster and node. One stop of the tab key; arrows move within, Enter opens. */
export function HeatMap({ groups, measure, thresholds, onMeasure, onOpen, onNode }: HeatMapProps) {
  const host = useRef<HTMLDivElement>(null)
  const [tip, setTip] = useState<TipAt>()
  const [chosen, setChosen] = useState<number>()
  const paint = useMemo(() => paintOf(measure, thresholds), [measure, thresholds])
  const counts = useMemo(() => countBins(paint, groups), [paint, groups])
  // biome-ignore lint/correctness/useExhaustiveDependencies: classes are others with another measure
  useEffect(() => setChosen(undefined), [measure])
  useKeepTabStop(host, groups)
  const show = (target: EventTarget | null): void => {
    const cell = cellOf(target)
    if (cell) {
      const { left, top, bottom } = cell.getBoundingClientRect()
      setTip({ key: cell.dataset.gpu ?? '', left, top, bottom })
    } else setTip(undefined)
  }
  return (
    <div>
      <HeatLegend paint={paint} counts={counts} chosen={chosen} onChoose={setChosen} onMeasure={onMeasure} />
      {/* biome-ignore lint/a11y/useSemanticElements: a group of buttons, not of form fields */}
      <div
        ref={host}
        role="group"
        aria-label="GPUs; arrow keys move, Enter opens"
        onClick={(event) => {
          const key = cellOf(event.target)?.dataset.gpu
          if (key) onOpen(key)
        }}
        onKeyDown={(event) => moveFocus(host.current, event)}
        onPointerOver={(event) => show(event.target)}
        onPointerLeave={() => setTip(undefined)}
        onFocus={(event) => show(event.target)}
        onBlur={() => setTip(undefined)}
        className="space-y-4 p-3"
      >
        {groups.map(({ id, name, nodes, gpus }) => (
          <section key={id} aria-label={name}>
            <h3 className="mb-1 text-sm">
              <Link
                from="/gpu"
                to="/gpu"
                search={(old) => ({ ...old, cluster: [id], page: undefined })}
                className="font-semibold hover:underline"
              >
                {name}
              </Link>{' '}
              <span className="text-ink-mute text-xs">
                {counted(nodes.length, 'node')}, {counted(gpus, 'GPU')}
              </span>
            </h3>
            <div className="grid grid-cols-[repeat(auto-fill,minmax(9.5rem,1fr))] gap-x-4 gap-y-2">
              {nodes.map(({ node, gpus: shown }) => (
                <HeatNode
                  key={node.node_name}
                  node={node}
                  gpus={shown}
                  paint={paint}
                  chosen={chosen}
                  onNode={onNode}
                />
              ))}
            </div>
          </section>
        ))}
      </div>
      {tip && <HeatTip at={tip} groups={groups} />}
    </div>
  )
}

/** The tab key stops at one cell: the last that had the focus, or the first. Kept beside React, which would draw all cells for it. */
function useKeepTabStop(host: { current: HTMLDivElement | null }, groups: unknown): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: cells come and go with the groups
  useEffect(() => {
    const element = host.current
    if (element && !element.querySelector('[data-gpu][tabindex="0"]'))
      element.querySelector<HTMLElement>('[data-gpu]')?.setAttribute('tabindex', '0')
  }, [groups])
}

function moveFocus(host: HTMLElement | null, event: KeyboardEvent): void {
  const from = cellOf(event.target)
  if (!host || !from || !/^(Arrow(Left|Right|Up|Down)|Home|End)$/.test(event.key)) return
  event.preventDefault()
  const cells = [...host.querySelectorAll<HTMLElement>('[data-gpu]')]
  const places = cells.map((cell) => cell.getBoundingClientRect())
  const next = cells[neighbour(places, cells.indexOf(from), event.key)]
  if (!next || next === from) return
  for (const cell of host.querySelectorAll('[data-gpu][tabindex="0"]')) cell.setAttribute('tabindex', '-1')
  next.setAttribute('tabindex', '0')
  next.focus()
}
