import type { ClusterState } from '@aiops/contract/model/cluster'
import { className as join } from '../ui/class-name.ts'
import { stateLooks } from './cluster-look.ts'

/** A cluster's state by colour, shape and word. */
export function StateMark({ state, className }: { state: ClusterState; className?: string }) {
  const { icon: Icon, word, text } = stateLooks[state]
  return (
    <span
      data-testid="status-indicator"
      data-state={state}
      className={join(
        'inline-flex items-center align-middle gap-1 whitespace-nowrap font-medium text-xs',
        text,
        className,
      )}
    >
      <Icon aria-hidden className="size-4 shrink-0" />
      {word}
    </span>
  )
}
