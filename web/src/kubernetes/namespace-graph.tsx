import { Network } from 'lucide-react'
import { lazy, Suspense, useMemo, useState } from 'react'
import { Empty } from '../ui/empty.tsx'
import { LoadNote } from '../ui/load-note.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { counted } from '../ui/words.ts'
import { foldGraph, type GraphItem } from './graph-fold.ts'
import { writeObject } from './tab-search.ts'
import { useClusterGraph } from './use-inside.ts'
import type { TabChange } from './use-tab-search.ts'

const View = lazy(() => import('./cluster-graph.tsx').then((m) => ({ default: m.ClusterGraphView })))

/** Things that are asked for, and boxes that are drawn: more of them nobody can read. */
const askedMax = 2_000
const drawnMax = 400

type NamespaceGraphProps = {
  clusterId: string
  namespace: string
  at: string | undefined
  withNodes: boolean
  change: TabChange
}

export function NamespaceGraph({ clusterId, namespace, at, withNodes, change }: NamespaceGraphProps) {
  const { data, error, refetch } = useClusterGraph(clusterId, namespace, at, askedMax)
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set())
  const folded = useMemo(() => {
    const graph = foldGraph(data ?? { nodes: [], edges: [], truncated: false }, opened)
    const items = graph.items.filter(({ object }) => withNodes || object.kind !== 'Node')
    const shown = items.slice(0, drawnMax)
    const ids = new Set(shown.map(({ id }) => id))
    const edges = graph.edges.filter(({ source, target }) => ids.has(source) && ids.has(target))
    return { graph: { items: shown, edges }, left: items.length - shown.length }
  }, [data, opened, withNodes])
  const choose = ({ id, object, pods }: GraphItem): void => {
    if (pods > 1) setOpened((old) => new Set([...old, id.replace(/^pods of /, '')]))
    else change({ object: writeObject(object), part: undefined })
  }
  if (data && folded.graph.items.length === 0)
    return (
      <Empty
        icon={Network}
        title={namespace === '' ? 'Choose a namespace' : `There is nothing in ${namespace}`}
      >
        Shown are routes, services, workloads with their pods, volumes and policies.
      </Empty>
    )
  return (
    <>
      <LoadNote error={error} loading={!data} onRetry={() => void refetch()} />
      {data && (
        <>
          <p className="flex flex-wrap gap-x-4 px-4 pt-2 text-ink-mute text-xs">
            <span>
              {counted(data.nodes.length, 'thing')} in {namespace || 'all namespaces'}, pods of one workload
              together: choose them to see each.
            </span>
            {(data.truncated || folded.left > 0) && (
              <span className="text-high">
                {folded.left > 0 ? `${folded.left} more are not drawn` : 'There are more than are shown'}:
                choose a smaller namespace, or leave nodes out.
              </span>
            )}
            {opened.size > 0 && (
              <button
                type="button"
                onClick={() => setOpened(new Set())}
                className="text-accent hover:underline"
              >
                Pods together again
              </button>
            )}
          </p>
          <div className="h-[max(24rem,calc(100dvh-21rem))]">
            <Suspense fallback={<Skeleton className="h-full" />}>
              <View graph={folded.graph} label={`Topology of ${namespace}`} onChoose={choose} />
            </Suspense>
          </div>
        </>
      )}
    </>
  )
}
