import { Link } from '@tanstack/react-router'
import { Filter, FilterX, Rows3, Waypoints } from 'lucide-react'
import { useState } from 'react'
import { Button, buttonStyle } from '../ui/button.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { LogContext } from './log-context.tsx'
import type { LogEntry } from './log-entry.ts'
import type { LabelFilter } from './logql-text.ts'

type LogDetailProps = { entry: LogEntry; onFilter: ((filter: LabelFilter) => void) | undefined }

/** All that is known of a line, and where to go on from it. */
export function LogDetail({ entry, onFilter }: LogDetailProps) {
  const [around, setAround] = useState(false)
  return (
    <div className="space-y-3 bg-sunken/50 px-4 py-3 sm:px-9">
      <p className="wrap-anywhere max-h-64 overflow-y-auto whitespace-pre-wrap font-mono text-xs">
        {entry.message}
      </p>
      <div className="flex flex-wrap items-center gap-2">
        {entry.traceId !== '' && (
          <Link
            to="/explore"
            search={{ tab: 'traces', trace: entry.traceId }}
            className={buttonStyle({ size: 'small' })}
          >
            <Waypoints aria-hidden />
            Trace {entry.traceId.slice(0, 8)}…
          </Link>
        )}
        {entry.isStreamKnown && (
          <Button size="small" aria-pressed={around} onClick={() => setAround(!around)}>
            <Rows3 aria-hidden />
            {around ? 'Hide lines around it' : 'Lines around it'}
          </Button>
        )}
        <CopyButton text={entry.message} label="Copy the line" />
        <span className="ml-auto break-all font-mono text-ink-mute text-xs">{entry.timestamp}</span>
      </div>
      {around && <LogContext entry={entry} />}
      <LabelChips
        title={entry.isStreamKnown ? 'Stream' : 'Labels'}
        labels={entry.stream}
        of={entry.isStreamKnown ? 'stream' : 'line'}
        onFilter={onFilter}
      />
      <LabelChips title="Beside the line" labels={entry.metadata} of="line" onFilter={onFilter} />
    </div>
  )
}

function LabelChips({
  title,
  labels,
  of,
  onFilter,
}: {
  title: string
  labels: LogEntry['stream']
  of: LabelFilter['of']
  onFilter: LogDetailProps['onFilter']
}) {
  const pairs = Object.entries(labels)
  if (pairs.length === 0) return null
  return (
    <section>
      <h3 className="mb-1 text-ink-mute text-xs">{title}</h3>
      <ul className="flex flex-wrap gap-1.5">
        {pairs.map(([name, value]) => (
          <li
            key={name}
            className="flex min-w-0 items-center gap-1 rounded border border-line-strong bg-surface pl-2 font-mono text-xs"
          >
            <span className="wrap-anywhere min-w-0 py-0.5">
              <span className="text-ink-mute">{name}=</span>
              {value}
            </span>
            {onFilter ? (
              <>
                <Button
                  look="quiet"
                  size="icon-small"
                  title="Only lines with this"
                  aria-label={`Only lines with ${name}=${value}`}
                  onClick={() => onFilter({ name, value, op: '=', of })}
                >
                  <Filter aria-hidden />
                </Button>
                <Button
                  look="quiet"
                  size="icon-small"
                  title="Only lines without this"
                  aria-label={`Only lines without ${name}=${value}`}
                  onClick={() => onFilter({ name, value, op: '!=', of })}
                >
                  <FilterX aria-hidden />
                </Button>
              </>
            ) : (
              <span className="w-1" />
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}
