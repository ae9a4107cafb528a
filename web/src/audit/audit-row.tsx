import type { AuditEntry, AuditOutcome } from '@aiops/contract/model/audit'
import { ChevronRight } from 'lucide-react'
import { useState } from 'react'
import { PageLink } from '../answer/page-link.tsx'
import { Badge, type Tone } from '../ui/badge.tsx'
import { className } from '../ui/class-name.ts'
import { Moment } from '../ui/moment.tsx'
import { sentenceCase } from '../ui/words.ts'
import { resourcePage } from './resource-page.ts'

const tones: Record<AuditOutcome, Tone> = { SUCCESS: 'ok', FAILURE: 'high', DENIED: 'critical' }

type AuditRowProps = { entry: AuditEntry; onFilter: (part: { actor?: string; action?: string }) => void }

/** An entry; opened, what it says in full and the hashes that hold it in its place. */
export function AuditRow({ entry, onFilter }: AuditRowProps) {
  const [open, setOpen] = useState(false)
  const choice = 'block max-w-full truncate text-left hover:underline max-md:py-0.5'
  return (
    <>
      <tr className="flex flex-wrap items-center gap-x-3 border-t py-1.5 pr-3 pl-1 hover:bg-sunken/60 md:table-row md:p-0">
        <td className="py-0.5 pr-2 pl-3 md:py-2">
          <button
            type="button"
            aria-expanded={open}
            onClick={() => setOpen(!open)}
            className="inline-flex min-h-6 items-center gap-1 rounded text-ink-mute tabular-nums hover:text-ink"
          >
            <ChevronRight
              aria-hidden
              className={className('size-4 transition-transform', open && 'rotate-90')}
            />
            <span className="sr-only">Entry </span>
            {entry.sequence}
          </button>
        </td>
        <td className="whitespace-nowrap text-ink-soft md:py-2 md:pr-4">
          <Moment at={entry.at} form="precise" />
        </td>
        <td className="min-w-0 max-md:ml-auto md:py-2 md:pr-4">
          <button
            type="button"
            title={`Only what ${entry.actor} did`}
            className={choice}
            onClick={() => onFilter({ actor: entry.actor })}
          >
            {entry.actor}
          </button>
        </td>
        <td className="min-w-0 max-md:basis-3/5 max-md:pl-4 md:py-2 md:pr-4">
          <button
            type="button"
            title={`Only ${entry.action}`}
            className={className(choice, 'font-medium')}
            onClick={() => onFilter({ action: entry.action })}
          >
            {entry.action}
          </button>
          <span className="block truncate font-mono text-ink-mute text-xs lg:hidden">{entry.resource}</span>
        </td>
        <td
          className="hidden truncate py-2 pr-4 font-mono text-ink-soft text-xs lg:table-cell"
          title={entry.resource}
        >
          {entry.resource}
        </td>
        <td className="max-md:ml-auto md:py-2 md:pr-3">
          <Badge tone={tones[entry.outcome]}>{sentenceCase(entry.outcome)}</Badge>
        </td>
      </tr>
      {open && (
        <tr className="bg-sunken/40 max-md:block">
          <td colSpan={6} className="px-4 pb-3 max-md:block">
            <EntryDetail entry={entry} />
          </td>
        </tr>
      )}
    </>
  )
}

function EntryDetail({ entry }: { entry: AuditEntry }) {
  const details = Object.entries(entry.details)
  const page = resourcePage(entry.resource)
  return (
    <dl className="grid gap-x-6 gap-y-1 pt-2 text-xs sm:grid-cols-[max-content_minmax(0,1fr)]">
      <dt className="text-ink-mute">Time</dt>
      <dd className="font-mono">{entry.at}</dd>
      <dt className="text-ink-mute">To what</dt>
      <dd className="break-all font-mono">
        {page === undefined ? entry.resource : <PageLink to={page}>{entry.resource}</PageLink>}
      </dd>
      {details.map(([name, value]) => (
        <Detail key={name} name={name} value={typeof value === 'string' ? value : JSON.stringify(value)} />
      ))}
      <dt className="text-ink-mute">Hash</dt>
      <dd className="break-all font-mono">{entry.hash}</dd>
      <dt className="text-ink-mute">Hash before it</dt>
      <dd className="break-all font-mono">{entry.previous_hash}</dd>
    </dl>
  )
}

function Detail({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt className="text-ink-mute">{sentenceCase(name)}</dt>
      <dd className="break-words">{value}</dd>
    </>
  )
}
