import type { ReactNode } from 'react'
import { Pager } from '../incident/pager.tsx'
import type { CnfPartProps } from './cnf-part.ts'

const pageSize = 50

type PagedProps<T> = CnfPartProps & { items: readonly T[]; children: (some: readonly T[]) => ReactNode }

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
