import { ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server'

/** Entries of one page of a list. */
export const pageMax = 100

/** The page that a cursor stands for; a cursor that is none of ours is the asker's mistake. */
export function pageOf<T>(
  items: readonly T[],
  cursor: string | undefined,
): { items: T[]; nextCursor?: string } {
  const start = cursor === undefined ? 0 : startOf(cursor)
  if (start > items.length) throw unknownCursor()
  const end = start + pageMax
  return {
    items: items.slice(start, end),
    ...(end < items.length ? { nextCursor: Buffer.from(`from:${end}`).toString('base64url') } : {}),
  }
}

function startOf(cursor: string): number {
  const text = cursor.length > 64 ? '' : Buffer.from(cursor, 'base64url').toString('utf8')
  const start = /^from:(\d{1,6})$/.exec(text)?.[1]
  if (start === undefined) throw unknownCursor()
  return Number(start)
}

const unknownCursor = (): ProtocolError =>
  new ProtocolError(ProtocolErrorCode.InvalidParams, 'The cursor is not one of this list.')
