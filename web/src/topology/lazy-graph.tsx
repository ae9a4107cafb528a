import { lazy, Suspense } from 'react'
import { Skeleton } from '../ui/skeleton.tsx'
import type { TopologyGraphProps } from './topology-graph.tsx'

const Graph = lazy(() => import('./topology-graph.tsx').then((m) => ({ default: m.TopologyGraph })))

/** xyflow is loaded with the first graph. */
export function LazyGraph(props: TopologyGraphProps) {
  return (
    <Suspense fallback={<Skeleton className="h-full" />}>
      <Graph {...props} />
    </Suspense>
  )
}
