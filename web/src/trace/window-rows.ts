/** Which rows of a long list are in sight. All rows are as tall as each other; one of them may be open, and so much taller. */
export type RowWindow = {
  count: number
  rowHeight: number
  /** The open row and how much its detail adds; -1 and 0 for none. */
  open: number
  openHeight: number
  top: number
  height: number
  /** Rows made beyond either end, so that none is missing while scrolling. */
  beyond: number
}

export function windowRows(window: RowWindow): { first: number; end: number; before: number; after: number } {
  const { count, rowHeight, open, openHeight, top, height, beyond } = window
  const first = Math.max(0, Math.min(rowAt(window, top) - beyond, count))
  const end = Math.min(count, rowAt(window, top + height) + 1 + beyond)
  const offset = (row: number): number => row * rowHeight + (open >= 0 && row > open ? openHeight : 0)
  return { first, end, before: offset(first), after: Math.max(0, offset(count) - offset(end)) }
}

function rowAt({ rowHeight, open, openHeight }: RowWindow, y: number): number {
  const openEnd = (open + 1) * rowHeight + openHeight
  if (open < 0 || y < (open + 1) * rowHeight) return Math.floor(Math.max(0, y) / rowHeight)
  return y < openEnd ? open : open + 1 + Math.floor((y - openEnd) / rowHeight)
}
