import { entityName, entityOf } from '@aiops/contract/model/entity'
import { ChevronRight } from 'lucide-react'
import { useState } from 'react'
import { className } from '../ui/class-name.ts'
import { LogLevel } from '../ui/log-level.tsx'
import { Moment } from '../ui/moment.tsx'
import { uniqueKeys } from '../ui/unique-keys.ts'
import { LogDetail } from './log-detail.tsx'
import type { LogEntry } from './log-entry.ts'
import type { LabelFilter } from './logql-text.ts'

type LogListProps = {
  entries: readonly LogEntry[]
  /** Long lines broken, not cut. */
  wrap: boolean
  /** Rows as narrow as can be read: time and line. */
  compact: boolean
  onFilter: ((filter: LabelFilter) => void) | undefined
}

export function LogList({ entries, ...look }: LogListProps) {
  const keys = uniqueKeys(
    entries,
    (entry) =>
      `${entry.clusterId} ${entry.timestamp} ${entry.metadata.span_id ?? ''} ${entry.message.slice(0, 80)}`,
  )
  const several = new Set(entries.map(({ clusterId }) => clusterId)).size > 1
  return (
    <ul className="divide-y">
      {entries.map((entry, i) => (
        <LogRow key={keys[i]} entry={entry} several={several} {...look} />
      ))}
    </ul>
  )
}

type LogRowProps = Omit<LogListProps, 'entries'> & { entry: LogEntry; several: boolean }

function LogRow({ entry, several, wrap, compact, onFilter }: LogRowProps) {
  const [open, setOpen] = useState(false)
  return (
    // Rows out of sight are not laid out: an answer may have 5,000.
    <li className="[contain-intrinsic-size:auto_28px] [content-visibility:auto]">
      <details className="group" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary
          className={className(
            'flex list-none items-start gap-3 px-3 hover:bg-sunken/60 focus-visible:-outline-offset-2 [&::-webkit-details-marker]:hidden',
            compact ? 'py-0' : 'py-1',
          )}
        >
          <ChevronRight aria-hidden className="mt-1 size-3 shrink-0 text-ink-mute group-open:rotate-90" />
          <span
            className={className('flex min-w-0 flex-1 gap-x-3', compact ? '' : 'flex-wrap sm:flex-nowrap')}
          >
            <Moment
              at={entry.timestamp}
              form="precise"
              className="shrink-0 whitespace-nowrap font-mono text-ink-mute text-xs leading-5"
            />
            <span className="w-11 shrink-0">
              <LogLevel severity={entry.level} />
            </span>
            {!compact && (
              <span
                className="w-24 shrink-0 truncate text-ink-soft text-xs leading-5"
                title={several ? `${entry.cluster} · ${speakerOf(entry)}` : speakerOf(entry)}
              >
                {several && <span className="text-ink-mute">{entry.cluster} </span>}
                {speakerOf(entry)}
              </span>
            )}
            <span
              className={className(
                'min-w-0 break-words font-mono text-xs leading-5',
                compact ? 'flex-1' : 'basis-full sm:flex-1 sm:basis-0',
                wrap ? 'whitespace-pre-wrap' : 'sm:truncate',
                compact && !wrap && 'truncate',
              )}
            >
              {entry.message}
            </span>
          </span>
        </summary>
        {open && <LogDetail entry={entry} onFilter={onFilter} />}
      </details>
    </li>
  )
}

/** The thing that wrote the line; LogQL's names of labels are known beside OpenTelemetry's. */
function speakerOf({ stream }: LogEntry): string {
  const entity = entityOf(stream)
  if (entity) return entityName(entity)
  for (const name of ['service_name', 'k8s_pod_name', 'host_name', 'app', 'container']) {
    const value = Object.hasOwn(stream, name) ? stream[name] : undefined
    if (value) return value
  }
  return '–'
}
