import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query'
import { useCallback, useState } from 'react'
import { pagesOf } from '../ui/rows-in-sight.ts'

/** The most that the API gives at once. */
export const pageSize = 200

type PageAnswer = { items: unknown[]; total: number }

/**
 * A list of any length, read by pages as they come in sight. The first page is always kept, because it says how many
 * there are. While another filter is read, the list before it is shown (`isOld`).
 */
export function usePagedList<A extends PageAnswer>(
  key: readonly unknown[],
  ask: (page: number) => Promise<A>,
  refetchMs: number | false = false,
) {
  const [pages, setPages] = useState<readonly number[]>([1])
  const queryOf = (page: number) => ({
    queryKey: [...key, page],
    queryFn: () => ask(page),
    refetchInterval: refetchMs,
  })
  const head = useQuery({ ...queryOf(1), placeholderData: keepPreviousData })
  const further = pages.filter((page) => page > 1)
  const rest = useQueries({ queries: further.map(queryOf) })
  const onSight = useCallback((first: number, end: number): void => {
    const next = pagesOf(first, end, pageSize)
    setPages((old) => (old.join() === next.join() ? old : next))
  }, [])
  const itemAt = (index: number): A['items'][number] | undefined => {
    const page = Math.floor(index / pageSize) + 1
    const answer = page === 1 ? head.data : rest[further.indexOf(page)]?.data
    return answer?.items[index % pageSize]
  }
  return {
    answer: head.data,
    total: head.data?.total ?? 0,
    error: head.error,
    isOld: head.isPlaceholderData,
    refetch: () => void head.refetch(),
    ...{ itemAt, onSight },
  }
}
