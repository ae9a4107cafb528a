import type { EvidenceRecord } from '@aiops/contract/model/answer'
import { Badge } from '../ui/badge.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { Moment } from '../ui/moment.tsx'
import { sentenceCase } from '../ui/words.ts'
import { fieldText } from './field-text.ts'
import { PageLink } from './page-link.tsx'
import { TrustBadge } from './trust-badge.tsx'

/** One record in full: what it says, where it is from, and where to see it. */
export function EvidenceCard({ record, fields = false }: { record: EvidenceRecord; fields?: boolean }) {
  return (
    <div className="min-w-0 space-y-1.5">
      <p className="flex flex-wrap items-center gap-1.5">
        <span className="font-mono text-ink-mute text-xs">{record.id}</span>
        <Badge tone="outline">{sentenceCase(record.type)}</Badge>
        <TrustBadge trust={record.trust} />
        {record.time !== null && (
          <Moment at={record.time} form="both" className="ml-auto text-ink-mute text-xs" />
        )}
      </p>
      <p className="whitespace-pre-wrap wrap-anywhere">{record.sentence}</p>
      {fields && <FieldList fields={record.fields} />}
      <QueryLine query={record.query} />
      <p className="flex flex-wrap gap-x-3 text-ink-mute text-xs">
        <span className="wrap-anywhere">
          {record.tool} · {record.source}
        </span>
        {record.link !== null && (
          <PageLink to={record.link} className="ml-auto font-medium text-accent hover:underline">
            Open its page
          </PageLink>
        )}
      </p>
    </div>
  )
}

/** A query that anyone can run again. */
export function QueryLine({ query }: { query: string }) {
  if (query === '') return null
  return (
    <div className="flex items-start gap-1 rounded bg-sunken py-0.5 pr-0.5 pl-2">
      <code className="max-h-24 min-w-0 flex-1 overflow-y-auto py-0.5 font-mono text-xs wrap-anywhere">
        {query}
      </code>
      <CopyButton text={query} label="Copy the query" />
    </div>
  )
}

function FieldList({ fields }: { fields: EvidenceRecord['fields'] }) {
  const rows = Object.entries(fields).filter(([, value]) => value !== null && value !== '')
  if (rows.length === 0) return null
  return (
    <dl className="grid max-h-64 grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-0.5 overflow-y-auto text-xs">
      {rows.map(([key, given]) => {
        const { name, value } = fieldText(key, given)
        return (
          <div key={key} className="contents">
            <dt className="text-ink-mute">{name}</dt>
            <dd className="wrap-anywhere">{value}</dd>
          </div>
        )
      })}
    </dl>
  )
}
