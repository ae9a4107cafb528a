/** Rows of a long list that all are as tall as each other: which of them are in sight, with some beyond either end. */
export function rowsInSight(
  list: { count: number; rowHeight: number; beyond: number },
  sight: { top: number; height: number },
): { first: number; end: number } {
  const { count, rowHeight, beyond } = list
  const first = Math.max(0, Math.min(Math.floor(Math.max(0, sight.top) / rowHeight) - beyond, count))
  const end = Math.min(count, Math.ceil((sight.top + sight.height) / rowHeight) + beyond)
  return { first, end: Math.max(first, end) }
}

/** Pages, counted from 1, that the rows stand on. */
export function pagesOf(first: number, end: number, pageSize: number): number[] {
  const pages: number[] = []
  for (let page = Math.floor(first / pageSize) + 1; (page - 1) * pageSize < end; page += 1) pages.push(page)
  return pages
}
