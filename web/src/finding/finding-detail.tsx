import type { Finding } from '@aiops/contract/model/finding'
import { Link } from '@tanstack/react-router'
import { Badge } from '../ui/badge.tsx'
import { CodeLine } from '../ui/code-line.tsx'
import { Moment } from '../ui/moment.tsx'
import { Part } from '../ui/part.tsx'
import { SeverityBadge } from '../ui/severity-badge.tsx'
import { sentenceCase } from '../ui/words.ts'
import { CauseChain } from './cause-chain.tsx'
import { FindingLinks } from './finding-links.tsx'
import { ObjectLink } from './object-link.tsx'
import { RuleSection } from './rule-section.tsx'

/** All that is known of one finding. */
export function FindingDetail({ finding }: { finding: Finding }) {
  const { cluster_id: clusterId, object, parent, evidence, remediation, causes } = finding
  return (
    <article className="space-y-5">
      <header className="space-y-2">
        <div className="flex flex-wrap items-center gap-2">
          <SeverityBadge severity={finding.severity} />
          <Badge tone="outline">{finding.area === 'KUBERNETES' ? 'Kubernetes' : finding.area}</Badge>
          <span className="text-ink-mute text-xs">
            {finding.analyzer} · {finding.rule}
          </span>
        </div>
        <h2 className="break-words font-semibold text-base">{finding.title}</h2>
        <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-1.5">
          <dt className="text-ink-mute">Object</dt>
          <dd>
            <ObjectLink {...{ clusterId, object }} />
          </dd>
          {parent && (
            <>
              <dt className="text-ink-mute">Part of</dt>
              <dd>
                <ObjectLink {...{ clusterId }} object={parent} />
              </dd>
            </>
          )}
          <dt className="text-ink-mute">Cluster</dt>
          <dd>
            <Link to="/clusters/$id" params={{ id: clusterId }} className="text-accent hover:underline">
              {finding.cluster_name}
            </Link>
          </dd>
          <dt className="text-ink-mute">Since</dt>
          <dd>
            {finding.since ? <Moment at={finding.since} form="both" /> : 'the cluster does not say'}
            <span className="text-ink-mute">
              {' '}
              · found <Moment at={finding.found_at} form="ago" />
            </span>
          </dd>
        </dl>
        <FindingLinks finding={finding} />
      </header>
      {causes.length > 0 && (
        <Part title="Why">
          <CauseChain finding={finding} />
        </Part>
      )}
      <Part title="What was seen">
        <ul className="space-y-2">
          {evidence.map((one) => (
            <li key={`${one.kind} ${one.source} ${one.text}`} className="rounded-md border px-3 py-2">
              <p className="flex flex-wrap items-center gap-x-2 text-xs">
                <Badge tone="outline">{sentenceCase(one.kind)}</Badge>
                <code className="min-w-0 break-all font-mono text-ink-soft">{one.source}</code>
                {one.at && <Moment at={one.at} form="both" className="ml-auto text-ink-mute" />}
              </p>
              <p className="mt-1 whitespace-pre-wrap break-words">{one.text}</p>
              {one.object.name !== object.name && (
                <ObjectLink
                  {...{ clusterId }}
                  object={one.object}
                  className="text-accent text-xs hover:underline"
                />
              )}
            </li>
          ))}
        </ul>
      </Part>
      <Part title="What to do">
        <ol className="list-decimal space-y-2 pl-5">
          {remediation.map(({ text, command }) => (
            <li key={`${text} ${command}`} className="break-words">
              {command === null ? text : <CodeLine label={text} text={command} />}
            </li>
          ))}
        </ol>
      </Part>
      <RuleSection finding={finding} />
    </article>
  )
}
