import type { KnowledgePassage } from '@aiops/contract/model/knowledge'

export type Piece = { text: string; marked: boolean }

/** A passage cut into what is marked and what is not; ranges that do not fit are left out. */
export function piecesOf({ text, highlights }: Pick<KnowledgePassage, 'text' | 'highlights'>): Piece[] {
  const pieces: Piece[] = []
  let end = 0
  for (const { from, to } of highlights) {
    if (from < end || to <= from || to > text.length) continue
    if (from > end) pieces.push({ text: text.slice(end, from), marked: false })
    pieces.push({ text: text.slice(from, to), marked: true })
    end = to
  }
  if (end < text.length) pieces.push({ text: text.slice(end), marked: false })
  return pieces
}
