import type { AnswerTable as Table } from '@aiops/contract/model/answer'
import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { className } from '../ui/class-name.ts'
import { Citations } from './citation-button.tsx'
import { cellText } from './field-text.ts'

/** Rows that are shown before the reader asks for the rest. */
const shownFirst = 10

/** A table of an answer or a report; it scrolls sideways where there is no room. */
export function AnswerTable({ table, whole = false }: { table: Table; whole?: boolean }) {
  const [all, setAll] = useState(whole)
  const rows = all ? table.rows : table.rows.slice(0, shownFirst)
  const hidden = table.rows.length - rows.length
  const cited = table.rows.some(({ cites }) => cites.length > 0)
  return (
    <figure className="min-w-0 rounded-lg border bg-surface">
      <figcaption className="border-b px-3 py-2 font-medium">{table.title}</figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by the keyboard */}
      <section className="relative overflow-x-auto" tabIndex={0} aria-label={table.title}>
        <table className="w-full">
          <thead className="text-ink-mute text-xs">
            <tr>
              {table.columns.map(({ key, title, numeric }) => (
                <th
                  key={key}
                  scope="col"
                  className={className(
                    'whitespace-nowrap px-3 py-1.5 text-left font-normal',
                    numeric && 'text-right',
                  )}
                >
                  {title}
                </th>
              ))}
              {cited && (
                <th scope="col" className="px-3 py-1.5">
                  <span className="sr-only">Evidence</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows have no id and keep their order
              <tr key={i} className="border-t">
                {table.columns.map(({ key, numeric }) => (
                  <td
                    key={key}
                    className={className('px-3 py-1.5 align-top', cellLook(row.cells[key], numeric))}
                  >
                    {cellText(row.cells[key])}
                  </td>
                ))}
                {cited && (
                  <td className="whitespace-nowrap px-3 py-1.5 text-right align-top">
                    <Citations cites={row.cites.slice(0, 3)} />
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {(hidden > 0 || table.more > 0) && (
        <p className="flex flex-wrap items-center gap-3 border-t px-3 py-1.5 text-ink-mute text-xs">
          {hidden > 0 && (
            <Button size="small" onClick={() => setAll(true)}>
              Show {hidden} more
            </Button>
          )}
          {table.more > 0 && `${table.more.toLocaleString('en-US')} further rows were left out.`}
        </p>
      )}
    </figure>
  )
}

/** Long texts get room and break; short ones stay on one line, so that the table scrolls instead of crumbling. */
function cellLook(value: string | number | boolean | null | undefined, numeric: boolean): string {
  if (numeric) return 'whitespace-nowrap text-right'
  return typeof value === 'string' && value.length > 40
    ? 'w-full min-w-64 wrap-anywhere'
    : 'whitespace-nowrap'
}
