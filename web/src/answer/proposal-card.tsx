import type { Answer } from '@aiops/contract/model/answer'
import { ShieldCheck } from 'lucide-react'
import { buttonStyle } from '../ui/button.tsx'
import { PageLink } from './page-link.tsx'

/** What was proposed and waits for a person: nothing has been done. */
export function ProposalCard({ proposal }: { proposal: NonNullable<Answer['proposal']> }) {
  return (
    <section
      aria-label="Proposed action"
      className="flex flex-wrap items-center gap-3 rounded-lg border border-accent bg-accent-soft p-3"
    >
      <ShieldCheck aria-hidden className="size-5 shrink-0 text-accent" />
      <div className="min-w-0 flex-1 basis-60">
        <p className="font-medium wrap-anywhere">{proposal.sentence}</p>
        <p className="text-ink-soft text-xs">
          Runbook <span className="font-mono">{proposal.runbook_id}</span>. Nothing runs until a person
          approves it.
        </p>
      </div>
      <PageLink to={proposal.link} className={buttonStyle({ look: 'strong' })}>
        Review and decide
      </PageLink>
    </section>
  )
}
