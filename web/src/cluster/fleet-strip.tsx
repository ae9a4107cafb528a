import type { ClusterState } from '@aiops/contract/model/cluster'
import { Clock, Gpu, RadioTower, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { className } from '../ui/class-name.ts'
import { formatCount, missing } from '../ui/format.ts'
import { counted } from '../ui/words.ts'
import { stateLooks, states } from './cluster-look.ts'
import type { FleetFigures } from './fleet-list.ts'
import type { FleetSearch } from './fleet-search.ts'

type FleetStripProps = {
  figures: FleetFigures
  search: FleetSearch
  onChange: (part: Partial<FleetSearch>) => void
}

/** The fleet in numbers; each number with clusters behind it filters by them. */
export function FleetStrip({ figures, search, onChange }: FleetStripProps) {
  const only = (state: ClusterState): boolean => search.state?.length === 1 && search.state[0] === state
  return (
    <section
      aria-label="The fleet in numbers"
      className="mb-4 flex flex-wrap gap-px overflow-hidden rounded-lg border bg-line"
    >
      <Figure name="Clusters" value={formatCount(figures.total)} />
      {states
        .filter((state) => state !== 'PROVISIONING' || (figures.byState[state] ?? 0) > 0)
        .map((state) => {
          const { icon: Icon, word, text } = stateLooks[state]
          const count = figures.byState[state] ?? 0
          return (
            <Figure
              key={state}
              name={word}
              value={formatCount(count)}
              icon={<Icon aria-hidden className={className('size-3.5', text)} />}
              tone={count > 0 && state !== 'ONLINE' ? text : undefined}
              pressed={only(state)}
              onPress={() => onChange({ state: only(state) ? undefined : [state] })}
            />
          )
        })}
      <Figure
        name="Mean score"
        value={figures.score === null ? missing : String(Math.round(figures.score))}
        note={figures.checked < figures.total ? `${figures.checked} checked` : undefined}
      />
      <Figure
        name="Stale"
        title="The last check is older than two intervals"
        value={formatCount(figures.stale)}
        icon={<Clock aria-hidden className="size-3.5" />}
        tone={figures.stale > 0 ? 'text-medium' : undefined}
        pressed={search.stale === 'yes'}
        onPress={() => onChange({ stale: search.stale ? undefined : 'yes' })}
      />
      <Figure
        name="GPUs"
        value={formatCount(figures.gpus)}
        icon={<Gpu aria-hidden className="size-3.5" />}
        note={`in ${counted(figures.gpuClusters, 'cluster')}`}
        pressed={search.gpu === 'yes'}
        onPress={() => onChange({ gpu: search.gpu === 'yes' ? undefined : 'yes' })}
      />
      <Figure
        name="With CNF"
        value={formatCount(figures.cnf)}
        icon={<RadioTower aria-hidden className="size-3.5" />}
        pressed={search.cnf === 'yes'}
        onPress={() => onChange({ cnf: search.cnf === 'yes' ? undefined : 'yes' })}
      />
      {figures.warnings > 0 && (
        <Figure
          name="Warnings"
          value={formatCount(figures.warnings)}
          icon={<TriangleAlert aria-hidden className="size-3.5" />}
          tone="text-medium"
        />
      )}
    </section>
  )
}

type FigureProps = {
  name: string
  value: string
  title?: string
  icon?: ReactNode
  note?: string | undefined
  tone?: string | undefined
  pressed?: boolean
  onPress?: () => void
}

const figureBox = 'flex min-w-24 flex-1 flex-col items-start bg-surface px-3 py-2 text-left'

function Figure({ name, value, title, icon, note, tone, pressed = false, onPress }: FigureProps) {
  const body = (
    <>
      <span className="flex items-center gap-1 text-ink-mute text-xs">
        {icon}
        {name}
      </span>
      <span className={className('block font-semibold text-lg', tone)}>{value}</span>
      {note && <span className="block truncate text-ink-mute text-xs">{note}</span>}
    </>
  )
  if (!onPress)
    return (
      <div title={title} className={figureBox}>
        {body}
      </div>
    )
  return (
    <button
      type="button"
      title={title}
      aria-pressed={pressed}
      onClick={onPress}
      className={className(
        figureBox,
        'hover:bg-sunken focus-visible:-outline-offset-2',
        pressed && 'bg-accent-soft',
      )}
    >
      {body}
    </button>
  )
}
