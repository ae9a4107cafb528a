import type { EntityId } from '@aiops/contract/model/entity'
import type { Entity } from '@aiops/contract/model/topology'
import { HealthMark, healths } from '../ui/health.tsx'
import { Panel } from '../ui/panel.tsx'

/** The graph as a list, worst first: for keyboards, screen readers and small screens. */
export function EntityList({
  entities,
  onChoose,
}: {
  entities: readonly Entity[]
  onChoose: (id: EntityId) => void
}) {
  const sorted = entities.toSorted(
    (a, b) => healths.indexOf(a.health) - healths.indexOf(b.health) || (a.id < b.id ? -1 : 1),
  )
  return (
    <Panel title="Entities" note="worst first" bodyClassName="p-0">
      <ul className="max-h-[calc(100dvh-12rem)] divide-y overflow-y-auto">
        {sorted.map((entity) => (
          <li key={entity.id}>
            <button
              type="button"
              onClick={() => onChoose(entity.id)}
              className="flex w-full items-center justify-between gap-3 px-4 py-1.5 text-left hover:bg-sunken/60 focus-visible:-outline-offset-2"
            >
              <span className="min-w-0 truncate" title={entity.id}>
                <span className="text-ink-mute">{entity.kind}/</span>
                <span className="font-medium">{entity.name}</span>
              </span>
              <HealthMark health={entity.health} />
            </button>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
