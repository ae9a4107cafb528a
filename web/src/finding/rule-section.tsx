import type { Finding } from '@aiops/contract/model/finding'
import { ExternalLink } from 'lucide-react'
import { Part } from '../ui/part.tsx'
import { safeUrl } from '../ui/safe-url.ts'
import { useFindingRule } from './use-finding.ts'

/** What the rule looks for, and what looks alike and is none. */
export function RuleSection({ finding }: { finding: Finding }) {
  const rule = useFindingRule(finding.rule)
  const url = safeUrl(finding.documentation_url)
  return (
    <Part title="The rule">
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-1 [&_dt]:text-ink-mute">
        <dt>Name</dt>
        <dd className="break-all font-mono text-xs leading-5">{finding.rule}</dd>
        {rule && (
          <>
            <dt>Looks for</dt>
            <dd>{rule.condition}</dd>
            {rule.not_when && (
              <>
                <dt>Not when</dt>
                <dd>{rule.not_when}</dd>
              </>
            )}
          </>
        )}
        {finding.alert_name && (
          <>
            <dt>Known as</dt>
            <dd>
              <code className="font-mono text-xs">{finding.alert_name}</code>{' '}
              <span className="text-ink-mute">(alert)</span>
            </dd>
          </>
        )}
        {url && (
          <>
            <dt>Read on</dt>
            <dd>
              <a
                href={url}
                target="_blank"
                rel="noreferrer"
                className="inline-flex items-center gap-1 text-accent hover:underline"
              >
                {new URL(url).host} <ExternalLink aria-hidden className="size-3.5" />
              </a>
            </dd>
          </>
        )}
      </dl>
    </Part>
  )
}
