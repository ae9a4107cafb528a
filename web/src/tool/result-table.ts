/** An answer of a tool as people read it: single values, and a table for each list of records. */

export type ResultTable = {
  /** Where it lies in the answer; empty for the answer itself. */
  name: string
  columns: string[]
  rows: string[][]
  /** Rows that were left out. */
  more: number
}
export type ResultView = { values: (readonly [name: string, value: string])[]; tables: ResultTable[] }

const rowsMax = 200
const columnsMax = 24
const cellMax = 300

export function viewOf(structured: Readonly<Record<string, unknown>>): ResultView {
  const view: ResultView = { values: [], tables: [] }
  for (const [name, value] of Object.entries(structured)) {
    if (Array.isArray(value)) view.tables.push(tableOf(name, value))
    else if (isRecord(value))
      for (const [inner, one] of Object.entries(value)) {
        const path = `${name}.${inner}`
        if (Array.isArray(one) && one.some(isRecord)) view.tables.push(tableOf(path, one))
        else view.values.push([path, cellText(one)])
      }
    else view.values.push([name, cellText(value)])
  }
  // A list without anything says so in a line; a table of it would be a heading alone.
  const empty = view.tables.filter(({ rows }) => rows.length === 0)
  view.values.push(...empty.map(({ name }) => [name, 'none'] as const))
  return { values: view.values, tables: view.tables.filter(({ rows }) => rows.length > 0) }
}

function tableOf(name: string, list: readonly unknown[]): ResultTable {
  const shown = list.slice(0, rowsMax)
  const more = list.length - shown.length
  if (!shown.some(isRecord))
    return { name, columns: ['value'], rows: shown.map((one) => [cellText(one)]), more }
  const records = shown.map((one) => (isRecord(one) ? one : { value: one }))
  const keys = [...new Set(records.flatMap(Object.keys))]
  // A column that is empty throughout tells nothing.
  const columns = keys.filter((key) => records.some((one) => cellText(one[key]) !== '')).slice(0, columnsMax)
  return { name, columns, rows: records.map((one) => columns.map((key) => cellText(one[key]))), more }
}

function cellText(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  const flat = Array.isArray(value) && value.every((one) => typeof one !== 'object')
  const text = flat
    ? value.map(String).join(', ')
    : isRecord(value) && Object.values(value).every((one) => typeof one !== 'object')
      ? Object.entries(value)
          .map(([name, one]) => `${name}=${String(one)}`)
          .join(', ')
      : typeof value === 'object'
        ? JSON.stringify(value)
        : String(value)
  return text.length > cellMax ? `${text.slice(0, cellMax)}…` : text
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
