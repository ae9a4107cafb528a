import { ChevronLeft, ChevronRight } from 'lucide-react'
import { Button } from '../ui/button.tsx'

type PagerProps = {
  page: number
  pageSize: number
  total: number
  onPage: (page: number) => void
  /** What lies either way, where the list is not in order of time. */
  back?: string
  on?: string
}

export function Pager({ page, pageSize, total, onPage, back = 'Newer', on = 'Older' }: PagerProps) {
  const first = Math.min((page - 1) * pageSize + 1, total)
  const last = Math.min(page * pageSize, total)
  return (
    <nav aria-label="Pages of the list" className="flex items-center justify-end gap-3 border-t px-3 py-2">
      <span className="text-ink-mute text-xs">
        {first}–{last} of {total}
      </span>
      <Button size="small" disabled={page <= 1} onClick={() => onPage(page - 1)}>
        <ChevronLeft aria-hidden />
        {back}
      </Button>
      <Button size="small" disabled={last >= total} onClick={() => onPage(page + 1)}>
        {on}
        <ChevronRight aria-hidden />
      </Button>
    </nav>
  )
}
