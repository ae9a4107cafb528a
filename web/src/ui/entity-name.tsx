import { entityKind, entityName } from '@aiops/contract/model/entity'
import { Link } from '@tanstack/react-router'

/** An entity's name with its kind, leading to its place in the topology. */
export function EntityName({ id, plain = false }: { id: string; plain?: boolean }) {
  const text = (
    <>
      <span className="font-normal text-ink-mute">{entityKind(id)}/</span>
      {entityName(id)}
    </>
  )
  if (plain) return <span className="break-all font-medium">{text}</span>
  return (
    <Link to="/topology" search={{ entity: id }} className="break-all font-medium hover:underline">
      {text}
    </Link>
  )
}
