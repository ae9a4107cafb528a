import type { BackstageResult } from '@aiops/contract/model/topology'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { counted } from '../ui/words.ts'

/** What an import declares, or would declare, and what is left with its reason. */
export function ImportResult({ result }: { result: BackstageResult }) {
  const { dry_run, entities, edges, withdrawn, mapped, relations, refused } = result
  return (
    <div aria-live="polite" className="mt-4 max-w-4xl space-y-3">
      <p>
        {dry_run ? 'It would declare' : 'It declared'} <b>{counted(entities, 'entity', 'entities')}</b> and{' '}
        <b>{counted(edges, 'relation')}</b>
        {withdrawn > 0 && `, and ${dry_run ? 'withdraw' : 'withdrew'} ${withdrawn} of earlier imports`}
        {refused.length > 0 && `; ${counted(refused.length, 'part')} cannot be taken over`}.
      </p>
      {refused.length > 0 && (
        <List label="Left">
          {refused.map(({ document, ref, reason }) => (
            <li key={`${document} ${ref} ${reason}`} className="px-3 py-1.5 text-ink-soft">
              <span className="font-mono text-xs">{ref ?? `document ${document}`}</span> is left: {reason}
            </li>
          ))}
        </List>
      )}
      <List label="Entities">
        {mapped.map(({ ref, entity }) => (
          <li key={ref} className="flex flex-wrap gap-x-2 px-3 py-1.5 font-mono text-xs">
            <span className="min-w-0 break-all">{ref}</span>
            {entity === null ? (
              <span className="text-ink-mute">a label of what belongs to it</span>
            ) : dry_run ? (
              <span className="break-all">→ {entity}</span>
            ) : (
              <Link to="/topology" search={{ entity }} className="break-all underline">
                → {entity}
              </Link>
            )}
          </li>
        ))}
      </List>
      {relations.length > 0 && (
        <List label={relations.length < edges ? `The first ${relations.length} relations` : 'Relations'}>
          {relations.map(({ source, target, type }) => (
            <li key={`${source} ${type} ${target}`} className="break-all px-3 py-1.5 font-mono text-xs">
              {source} <span className="text-ink-mute">{type}</span> {target}
            </li>
          ))}
        </List>
      )}
    </div>
  )
}

const List = ({ label, children }: { label: string; children: ReactNode }) => (
  <section aria-label={label}>
    <h3 className="mb-1 font-medium">{label}</h3>
    <ul className="max-h-72 divide-y overflow-y-auto rounded-md border">{children}</ul>
  </section>
)
