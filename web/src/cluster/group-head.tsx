import type { Cluster } from '@aiops/contract/model/cluster'
import { stateLooks, states } from './cluster-look.ts'
import { figuresOf } from './fleet-list.ts'

/** A group's name, how many are in it, and how they are. */
export function GroupHead({
  name,
  clusters,
  height,
}: {
  name: string
  clusters: readonly Cluster[]
  height: number
}) {
  const { byState } = figuresOf(clusters)
  return (
    <h2 style={{ height }} className="flex items-center gap-3 px-1 font-semibold text-base">
      {name}
      <span className="font-normal text-ink-mute text-xs">{clusters.length}</span>
      <span className="flex gap-2 font-normal text-xs">
        {states.map((state) => {
          const { icon: Icon, word, text } = stateLooks[state]
          const count = byState[state] ?? 0
          return (
            count > 0 && (
              <span key={state} title={word} className={`inline-flex items-center gap-0.5 ${text}`}>
                <Icon aria-hidden className="size-3.5" />
                {count}
                <span className="sr-only"> {word}</span>
              </span>
            )
          )
        })}
      </span>
    </h2>
  )
}
