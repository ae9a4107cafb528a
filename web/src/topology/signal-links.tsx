import { type EntityId, entityKind, entityName } from '@aiops/contract/model/entity'
import { Link } from '@tanstack/react-router'
import { buttonStyle } from '../ui/button.tsx'

/** From a service to what it logged and which requests it took. */
export function SignalLinks({ id }: { id: EntityId }) {
  if (entityKind(id) !== 'service') return null
  const service = entityName(id)
  return (
    <p className="flex flex-wrap gap-2">
      <Link to="/explore" search={{ tab: 'logs', service }} className={buttonStyle({ size: 'small' })}>
        Logs
      </Link>
      <Link to="/explore" search={{ tab: 'traces', service }} className={buttonStyle({ size: 'small' })}>
        Traces
      </Link>
      <Link to="/incidents" search={{ entity: id }} className={buttonStyle({ size: 'small' })}>
        All incidents
      </Link>
    </p>
  )
}
