import { missing } from '../ui/format.ts'
import { sentenceCase } from '../ui/words.ts'
import type { ResultTable, ResultView } from './result-table.ts'

export function ResultTables({ view }: { view: ResultView }) {
  return (
    <div className="space-y-4">
      {view.values.length > 0 && (
        <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-0.5">
          {view.values.map(([name, value]) => (
            <div key={name} className="contents">
              <dt className="text-ink-mute">{nameText(name)}</dt>
              <dd className="whitespace-pre-wrap break-words">{value || missing}</dd>
            </div>
          ))}
        </dl>
      )}
      {view.tables.map((table) => (
        <Table key={table.name} table={table} />
      ))}
    </div>
  )
}

const nameText = (name: string): string => sentenceCase(name.replaceAll('.', ': '))

function Table({ table }: { table: ResultTable }) {
  return (
    <figure className="min-w-0 rounded-lg border">
      <figcaption className="border-b px-3 py-1.5 font-medium">
        {nameText(table.name)} <span className="font-normal text-ink-mute text-xs">{table.rows.length}</span>
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by the keyboard */}
      <section tabIndex={0} aria-label={nameText(table.name)} className="max-h-[32rem] overflow-auto">
        <table className="w-full text-xs">
          <thead className="sticky top-0 bg-surface text-ink-mute">
            <tr>
              {table.columns.map((column) => (
                <th key={column} scope="col" className="whitespace-nowrap px-3 py-1.5 text-left font-normal">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.rows.map((row, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows have no id and keep their order
              <tr key={i} className="border-t align-top">
                {row.map((cell, at) => (
                  <td
                    key={table.columns[at]}
                    className={
                      cell.length > 40
                        ? 'min-w-72 max-w-xl whitespace-pre-wrap px-3 py-1.5 wrap-anywhere'
                        : 'whitespace-nowrap px-3 py-1.5'
                    }
                  >
                    {cell || <span className="text-ink-mute">{missing}</span>}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {table.more > 0 && (
        <p className="border-t px-3 py-1.5 text-ink-mute text-xs">
          {table.more} further rows are in the JSON.
        </p>
      )}
    </figure>
  )
}
