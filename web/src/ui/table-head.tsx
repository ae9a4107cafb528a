import { ArrowDown, ArrowUp } from 'lucide-react'
import type { ReactNode } from 'react'
import { className } from './class-name.ts'

export function TableHead({ children, className: given }: { children: ReactNode; className?: string }) {
  return (
    <th scope="col" className={className('py-2 pr-4 text-left font-normal', given)}>
      {children}
    </th>
  )
}

type SortHeadProps = {
  children: ReactNode
  active: boolean
  ascending?: boolean
  onSort: () => void
  className?: string
}

/** A heading that sorts by its column. */
export function SortHead({ children, active, ascending = false, onSort, className: given }: SortHeadProps) {
  const Icon = ascending ? ArrowUp : ArrowDown
  return (
    <th
      scope="col"
      aria-sort={active ? (ascending ? 'ascending' : 'descending') : 'none'}
      className={className('py-2 pr-4 text-left font-normal', given)}
    >
      <button
        type="button"
        onClick={onSort}
        className={className(
          'inline-flex items-center gap-1 hover:text-ink',
          active && 'font-medium text-ink',
        )}
      >
        {children}
        <Icon aria-hidden className={className('size-3', !active && 'opacity-0')} />
      </button>
    </th>
  )
}
