import { entityName, entityOf } from '@aiops/contract/model/entity'
import type { LogRecord } from '@aiops/contract/model/log'
import { Link } from '@tanstack/react-router'
import { ChevronRight } from 'lucide-react'
import { LogLevel } from '../ui/log-level.tsx'
import { Moment } from '../ui/moment.tsx'
import { uniqueKeys } from '../ui/unique-keys.ts'

export function LogList({ logs }: { logs: readonly LogRecord[] }) {
  const keys = uniqueKeys(logs, (log) => `${log.timestamp} ${log.span_id ?? ''} ${log.message.slice(0, 80)}`)
  return (
    <ul className="divide-y">
      {logs.map((log, i) => (
        <LogRow key={keys[i]} log={log} />
      ))}
    </ul>
  )
}

function LogRow({ log }: { log: LogRecord }) {
  const entity = entityOf(log.labels)
  return (
    <li>
      <details className="group">
        <summary className="flex list-none items-start gap-3 px-3 py-1 hover:bg-sunken/60 [&::-webkit-details-marker]:hidden">
          <ChevronRight aria-hidden className="mt-1 size-3 shrink-0 text-ink-mute group-open:rotate-90" />
          <span className="flex min-w-0 flex-1 flex-wrap gap-x-3 sm:flex-nowrap">
            <Moment
              at={log.timestamp}
              form="precise"
              className="shrink-0 whitespace-nowrap font-mono text-ink-mute text-xs leading-5"
            />
            <span className="w-11 shrink-0">
              <LogLevel severity={log.severity} />
            </span>
            <span className="w-24 shrink-0 truncate text-ink-soft text-xs leading-5" title={entity}>
              {entity ? entityName(entity) : '–'}
            </span>
            <span className="min-w-0 basis-full break-words font-mono text-xs leading-5 group-open:whitespace-pre-wrap sm:flex-1 sm:basis-0 sm:truncate sm:group-open:whitespace-pre-wrap">
              {log.message}
            </span>
          </span>
        </summary>
        <dl className="grid grid-cols-[minmax(6rem,auto)_1fr] gap-x-4 gap-y-0.5 bg-sunken/50 px-9 py-2 font-mono text-xs">
          {[...Object.entries(log.attributes), ...Object.entries(log.labels)].map(([name, value]) => (
            <div key={name} className="contents">
              <dt className="break-all text-ink-mute">{name}</dt>
              <dd className="break-all">{value}</dd>
            </div>
          ))}
          {log.trace_id && (
            <div className="contents">
              <dt className="text-ink-mute">trace</dt>
              <dd>
                <Link
                  to="/explore"
                  search={{ tab: 'traces', trace: log.trace_id }}
                  className="break-all text-accent hover:underline"
                >
                  {log.trace_id}
                </Link>
              </dd>
            </div>
          )}
        </dl>
      </details>
    </li>
  )
}
