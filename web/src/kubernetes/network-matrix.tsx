import type { NamespaceFlow } from '@aiops/contract/model/kubernetes'
import { className } from '../ui/class-name.ts'

type NetworkMatrixProps = {
  flows: readonly NamespaceFlow[]
  chosen: string
  onChoose: (namespace: string) => void
}

/** More cannot be read at once. */
const shownMax = 30

/** Namespaces against each other: from the row to the column. */
export function NetworkMatrix({ flows, chosen, onChoose }: NetworkMatrixProps) {
  const names = [...new Set(flows.flatMap(({ source, target }) => [source, target]))].sort()
  const shown = names.slice(0, shownMax)
  const of = new Map(flows.map((flow) => [`${flow.source}\n${flow.target}`, flow]))
  return (
    <div className="overflow-x-auto">
      <table className="text-xs" aria-label="Connections between namespaces">
        <thead>
          <tr>
            <th scope="col" className="py-1 pr-3 text-left font-normal text-ink-mute">
              from ↓ to →
            </th>
            {shown.map((name) => (
              <th
                key={name}
                scope="col"
                className="max-w-28 truncate px-1 py-1 text-left font-normal"
                title={name}
              >
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((source) => (
            <tr key={source}>
              <th scope="row" className="whitespace-nowrap pr-3 text-left font-normal">
                <button
                  type="button"
                  onClick={() => onChoose(source)}
                  className={className('hover:underline', source === chosen && 'font-semibold text-accent')}
                >
                  {source}
                </button>
              </th>
              {shown.map((target) => (
                <MatrixCell key={target} flow={of.get(`${source}\n${target}`)} {...{ source, target }} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {names.length > shownMax && (
        <p className="mt-2 text-ink-mute text-xs">
          {names.length - shownMax} more namespaces: choose one above to see its connections.
        </p>
      )}
    </div>
  )
}

type MatrixCellProps = { flow: NamespaceFlow | undefined; source: string; target: string }

function MatrixCell({ flow, source, target }: MatrixCellProps) {
  if (!flow || flow.total === 0) return <td className="p-0.5 text-center text-ink-mute">–</td>
  const { allowed, total } = flow
  const [look, word] =
    allowed === total
      ? ['bg-ok-soft text-ok', 'all']
      : allowed === 0
        ? ['bg-critical-soft text-critical', 'none']
        : ['bg-medium-soft text-medium', `${allowed}/${total}`]
  return (
    <td className="p-0.5">
      <span
        title={`${source} → ${target}: ${allowed} of ${total} pairs of workloads may connect`}
        className={`block min-w-16 rounded px-2 py-1 text-center font-medium ${look}`}
      >
        {word}
      </span>
    </td>
  )
}
