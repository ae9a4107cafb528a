export type LogPiece = { text: string; found: boolean }

/** A line taken apart where it holds the words, whatever their case. */
export function logPieces(line: string, words: string): LogPiece[] {
  if (words === '') return [{ text: line, found: false }]
  const pieces: LogPiece[] = []
  const [low, want] = [line.toLowerCase(), words.toLowerCase()]
  // Some letters change their length with their case; then places in one are no places in the other.
  if (low.length !== line.length) return [{ text: line, found: low.includes(want) }]
  let from = 0
  for (let at = low.indexOf(want); at >= 0; at = low.indexOf(want, from)) {
    if (at > from) pieces.push({ text: line.slice(from, at), found: false })
    from = at + want.length
    pieces.push({ text: line.slice(at, from), found: true })
  }
  if (from < line.length || pieces.length === 0) pieces.push({ text: line.slice(from), found: false })
  return pieces
}
