import { X } from 'lucide-react'
import { Button } from '../ui/button.tsx'
import { letterOf } from './joined-answer.ts'
import { QueryBar } from './query-bar.tsx'

/** A bar for each query, with a letter where there are several. */
export function MetricQueryRows({
  queries,
  busy,
  onChange,
  onAgain,
}: {
  queries: readonly string[]
  busy: readonly boolean[]
  onChange: (queries: readonly string[]) => void
  /** A query is run that stands there already. */
  onAgain: (at: number) => void
}) {
  const run = (at: number, query: string): void => {
    if (query !== '' && query === queries[at]) onAgain(at)
    else onChange(queries.with(at, query))
  }
  if (queries.length === 1)
    return (
      <QueryBar
        language="promql"
        query={queries[0] ?? ''}
        busy={busy[0] ?? false}
        onRun={(query) => run(0, query)}
      />
    )
  return (
    <ol className="space-y-2">
      {queries.map((query, at) => (
        <li key={letterOf(at)} className="flex items-start gap-2">
          <span className="w-4 pt-2 text-center font-mono font-semibold text-xs">{letterOf(at)}</span>
          <div className="min-w-0 flex-1">
            <QueryBar
              language="promql"
              query={query}
              busy={busy[at] ?? false}
              onRun={(next) => run(at, next)}
            />
          </div>
          <Button
            look="quiet"
            size="icon"
            aria-label={`Remove query ${letterOf(at)}`}
            title="Remove"
            onClick={() => onChange(queries.toSpliced(at, 1))}
          >
            <X aria-hidden />
          </Button>
        </li>
      ))}
    </ol>
  )
}
