/** Fields of each line, RFC 4180: quotes may hold commas, line ends and doubled quotes. Line ends are CRLF, LF or CR. */
export function rowsOfCsv(text: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  let field = ''
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0
  const endRow = (): void => {
    row.push(field)
    field = ''
    rows.push(row)
    row = []
  }
  while (at < text.length) {
    const c = text[at]!
    if (c === '"' && field === '') {
      const end = quotedEnd(text, at)
      field = text.slice(at + 1, end).replaceAll('""', '"')
      at = end + 1
      // What follows the closing quote up to the comma belongs to the field, as spreadsheets read it.
      continue
    }
    if (c === ',') {
      row.push(field)
      field = ''
    } else if (c === '\n' || c === '\r') {
      endRow()
      if (c === '\r' && text[at + 1] === '\n') at += 1
    } else field += c
    at += 1
  }
  if (field !== '' || row.length > 0) endRow()
  return rows
}

/** Whether every quoted field ends. */
export function isRfc4180(text: string): boolean {
  let isQuoted = false
  for (const c of text) if (c === '"') isQuoted = !isQuoted
  return !isQuoted
}

/** A field as it is written: in quotes where it needs them. What a spreadsheet would take for a formula is led by an apostrophe. */
export function csvField(value: string | number): string {
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : ''
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

function quotedEnd(text: string, from: number): number {
  let at = from + 1
  for (;;) {
    const quote = text.indexOf('"', at)
    if (quote < 0) return text.length
    if (text[quote + 1] !== '"') return quote
    at = quote + 2
  }
}
