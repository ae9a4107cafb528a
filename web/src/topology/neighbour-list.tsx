import type { EntityId } from '@aiops/contract/model/entity'
import type { Edge } from '@aiops/contract/model/topology'
import { EntityName } from '../ui/entity-name.tsx'
import { edgeText } from './edge-text.ts'
import { EntitySection } from './entity-section.tsx'

type NeighbourListProps = { title: string; edges: readonly Edge[]; end: 'source' | 'target' }

/** Who is at the other end of an entity's edges, with the edges' figures. */
export function NeighbourList({ title, edges, end }: NeighbourListProps) {
  return (
    <EntitySection title={title} empty={edges.length === 0 && 'Nothing that is known.'}>
      {edges.map((edge) => (
        <Neighbour key={`${edge.type} ${edge[end]}`} id={edge[end]} text={edgeText(edge)} />
      ))}
    </EntitySection>
  )
}

function Neighbour({ id, text }: { id: EntityId; text: string }) {
  return (
    <li className="flex items-baseline justify-between gap-3">
      <EntityName id={id} />
      <span className="whitespace-nowrap text-ink-mute text-xs">{text || '–'}</span>
    </li>
  )
}
