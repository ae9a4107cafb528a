import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Failure } from './failure.tsx'
import { Panel } from './panel.tsx'
import { SkeletonRows } from './skeleton.tsx'

type QueryPanelProps<T> = {
  title: string
  note?: ReactNode
  actions?: ReactNode
  query: UseQueryResult<T>
  rows?: number
  children: (data: T) => ReactNode
}

/** A panel around one answer: waiting, failed, or there. */
export function QueryPanel<T>({ title, note, actions, query, rows = 4, children }: QueryPanelProps<T>) {
  return (
    <Panel title={title} note={note} actions={actions} bodyClassName="p-0">
      {query.error && query.data === undefined && (
        <Failure error={query.error} onRetry={() => void query.refetch()} className="m-4" />
      )}
      {query.data === undefined && !query.error && (
        <div className="p-4">
          <SkeletonRows rows={rows} />
        </div>
      )}
      {query.data !== undefined && children(query.data)}
    </Panel>
  )
}
