import type { Edge, Entity, TopologyDiff } from '@aiops/contract/model/topology'
import { EntityName } from '../ui/entity-name.tsx'
import { Moment } from '../ui/moment.tsx'
import { QueryPanel } from '../ui/query-panel.tsx'
import { edgeText } from './edge-text.ts'
import { useTopologyDiff } from './use-topology.ts'

/** What of the graph is not as it was then. */
export function DiffPanel({ from }: { from: string }) {
  const query = useTopologyDiff(from)
  return (
    <QueryPanel title="Since then" note={<Moment at={from} form="ago" />} query={query}>
      {(diff) => (
        <div className="max-h-96 space-y-3 overflow-y-auto p-4">
          {diff.from.sentence && <p className="text-medium">{diff.from.sentence}</p>}
          {isSame(diff) && diff.from.known !== 'NOT_KEPT' && (
            <p className="text-ink-mute">Nothing came, went or changed.</p>
          )}
          <Entities title="Came" entities={diff.added.entities} total={diff.totals.added_entities} />
          <Entities title="Went" entities={diff.removed.entities} total={diff.totals.removed_entities} />
          <Edges title="New dependencies" edges={diff.added.edges} total={diff.totals.added_edges} />
          <Edges
            title="Dependencies no longer seen"
            edges={diff.removed.edges}
            total={diff.totals.removed_edges}
          />
          {diff.changed.length > 0 && (
            <section>
              <h3 className="font-medium">Changed</h3>
              <ul className="space-y-0.5">
                {diff.changed.map(({ edge, before, after }) => (
                  <li key={`${edge.source} ${edge.type} ${edge.target}`} className="break-words">
                    <EntityName id={edge.source} /> → <EntityName id={edge.target} />{' '}
                    <span className="text-ink-mute text-xs">
                      {edgeText(before)} → {edgeText(after)}
                    </span>
                  </li>
                ))}
              </ul>
              <More shown={diff.changed.length} total={diff.totals.changed} />
            </section>
          )}
        </div>
      )}
    </QueryPanel>
  )
}

const isSame = ({ totals }: TopologyDiff): boolean => Object.values(totals).every((count) => count === 0)

function Entities({ title, entities, total }: { title: string; entities: readonly Entity[]; total: number }) {
  if (total === 0) return null
  return (
    <section>
      <h3 className="font-medium">{title}</h3>
      <ul className="flex flex-wrap gap-x-3 gap-y-0.5">
        {entities.map(({ id }) => (
          <li key={id}>
            <EntityName id={id} />
          </li>
        ))}
      </ul>
      <More shown={entities.length} total={total} />
    </section>
  )
}

function Edges({ title, edges, total }: { title: string; edges: readonly Edge[]; total: number }) {
  if (total === 0) return null
  return (
    <section>
      <h3 className="font-medium">{title}</h3>
      <ul className="space-y-0.5">
        {edges.map(({ source, target, type }) => (
          <li key={`${source} ${type} ${target}`} className="break-words">
            <EntityName id={source} /> → <EntityName id={target} />
          </li>
        ))}
      </ul>
      <More shown={edges.length} total={total} />
    </section>
  )
}

const More = ({ shown, total }: { shown: number; total: number }) =>
  total > shown ? <p className="text-ink-mute text-xs">and {total - shown} more</p> : null
