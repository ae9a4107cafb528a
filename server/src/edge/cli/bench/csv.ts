/** RFC 4180: rows of cells, quoted cells holding commas, doubled quotes and line breaks; a byte order mark is left out. */
export function csvRows(text: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  let cell = ''
  let quoted = false
  const endRow = (): void => {
    row.push(cell.endsWith('\r') ? cell.slice(0, -1) : cell)
    if (row.length > 1 || row[0] !== '') rows.push(row)
    row = []
    cell = ''
  }
  for (let at = text.startsWith('\ufeff') ? 1 : 0; at < text.length; at += 1) {
    const character = text[at] as string
    if (quoted && character === '"' && text[at + 1] === '"') {
      cell += '"'
      at += 1
    } else if (character === '"') quoted = !quoted
    else if (quoted || (character !== ',' && character !== '\n')) cell += character
    else if (character === '\n') endRow()
    else {
      row.push(cell)
      cell = ''
    }
  }
  if (cell !== '' || row.length > 0) endRow()
  return rows
}
