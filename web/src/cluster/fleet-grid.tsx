import { type KeyboardEvent, useMemo, useRef } from 'react'
import { ClusterCard, cardHeight } from './cluster-card.tsx'
import type { FindingCounts, FleetGroup } from './fleet-list.ts'
import { gridRows } from './fleet-rows.ts'
import { GroupHead } from './group-head.tsx'
import { useColumns } from './use-columns.ts'
import { useWindowed } from './use-windowed.ts'
import { offsetsOf } from './window-blocks.ts'

const gap = 12
const headHeight = 40

type FleetGridProps = { groups: readonly FleetGroup[]; findings: FindingCounts | undefined }

/** Cards, row by row; only those in sight are made. Arrow keys go from card to card. */
export function FleetGrid({ groups, findings }: FleetGridProps) {
  const place = useRef<HTMLElement>(null)
  const columns = useColumns(place, 290, gap)
  const rows = useMemo(() => gridRows(groups, columns), [groups, columns])
  const offsets = useMemo(
    () => offsetsOf(rows.map((row) => (row.type === 'HEAD' ? headHeight : cardHeight + gap))),
    [rows],
  )
  const { first, end, before, after } = useWindowed(place, offsets)
  return (
    <section
      ref={place}
      aria-label="Clusters as cards"
      data-testid="cluster-grid"
      onKeyDown={(event) => moveFocus(event, columns)}
    >
      <div style={{ height: before }} />
      {rows.slice(first, end).map((row) =>
        row.type === 'HEAD' ? (
          <GroupHead key={`group ${row.name}`} name={row.name} clusters={row.clusters} height={headHeight} />
        ) : (
          <div
            key={row.clusters[0]?.id}
            className="grid"
            style={{
              gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
              ...{ columnGap: gap, paddingBottom: gap },
            }}
          >
            {row.clusters.map((cluster, i) => (
              <ClusterCard
                key={cluster.id}
                cluster={cluster}
                findings={findings?.get(cluster.id)}
                index={row.from + i}
              />
            ))}
          </div>
        ),
      )}
      <div style={{ height: Math.max(0, after) }} />
    </section>
  )
}

function moveFocus(event: KeyboardEvent<HTMLElement>, columns: number): void {
  const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[event.key]
  const { index } = (event.target as HTMLElement).dataset
  if (step === undefined || index === undefined) return
  const next = event.currentTarget.querySelector<HTMLElement>(`[data-index="${Number(index) + step}"]`)
  if (!next) return
  event.preventDefault()
  next.focus({ preventScroll: true })
  next.closest('article')?.scrollIntoView({ block: 'nearest' })
}
