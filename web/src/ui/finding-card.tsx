import type { Finding } from '@aiops/contract/model/finding'
import type { ReactNode } from 'react'
import { CodeLine } from './code-line.tsx'
import { Moment } from './moment.tsx'
import { SeverityBadge } from './severity-badge.tsx'

type FindingCardProps = {
  finding: Finding
  /** The title as a link to where all of it is told. */
  title: ReactNode
  /** Evidence and what to do are shown at once, or folded. */
  open: boolean
}

const evidenceMax = 6

/** One finding: what is wrong, what was seen, what to do. */
export function FindingCard({ finding, title, open }: FindingCardProps) {
  const { evidence, remediation, causes } = finding
  return (
    <article className="px-4 py-3">
      <div className="flex flex-wrap items-start gap-x-3 gap-y-1">
        <SeverityBadge severity={finding.severity} />
        <p className="min-w-0 flex-1 basis-60 break-words font-medium">{title}</p>
        <span className="text-ink-mute text-xs">
          {finding.rule} · {finding.cluster_name} · {finding.since ? 'since ' : 'found '}
          <Moment at={finding.since ?? finding.found_at} form="both" />
        </span>
      </div>
      {causes[0] && (
        <p className="mt-1 break-words text-ink-soft">
          <span className="text-ink-mute">Because </span>
          {causes[0].text}
        </p>
      )}
      <details open={open} className="mt-1.5">
        <summary className="text-ink-soft text-xs hover:text-ink">
          Evidence ({evidence.length}) and what to do ({remediation.length})
        </summary>
        <ul className="mt-2 space-y-1">
          {evidence.slice(0, evidenceMax).map((one) => (
            <li key={`${one.kind} ${one.source} ${one.text}`} className="flex flex-wrap gap-x-2">
              <code className="break-all font-mono text-ink-mute text-xs leading-5">{one.source}</code>
              <span className="min-w-0 break-words">{one.text}</span>
            </li>
          ))}
        </ul>
        <ol className="mt-2 list-decimal space-y-2 pl-5">
          {remediation.map(({ text, command }) => (
            <li key={`${text} ${command}`}>
              {command === null ? text : <CodeLine label={text} text={command} />}
            </li>
          ))}
        </ol>
      </details>
    </article>
  )
}
