import type { ReactNode } from 'react'
import { Pager } from './pager.tsx'

const pageSize = 50

type PagedProps<T> = {
  /** Of the address. */
  search: { page?: number | undefined }
  items: readonly T[]
  onChange: (part: { page: number | undefined }) => void
  children: (some: readonly T[]) => ReactNode
}

/** A long list that is at hand whole, a page at a time. */
export function Paged<T>({ search, items, onChange, children }: PagedProps<T>) {
  const page = Math.min(search.page ?? 1, Math.max(1, Math.ceil(items.length / pageSize)))
  return (
    <>
      {children(items.slice((page - 1) * pageSize, page * pageSize))}
      {items.length > pageSize && (
        <Pager
          back="Previous"
          on="Next"
          page={page}
          pageSize={pageSize}
          total={items.length}
          onPage={(next) => onChange({ page: next > 1 ? next : undefined })}
        />
      )}
    </>
  )
}
