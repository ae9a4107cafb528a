import type { Diagnosis } from '@aiops/contract/model/diagnosis'
import { EntityName } from '../ui/entity-name.tsx'
import { formatDuration } from '../ui/format.ts'
import { Moment } from '../ui/moment.tsx'
import { Panel } from '../ui/panel.tsx'
import { uniqueKeys } from '../ui/unique-keys.ts'

/** How the trouble spread, first link first. */
export function CausalChain({ diagnosis }: { diagnosis: Diagnosis }) {
  const first = Date.parse(diagnosis.causal_chain[0]?.at ?? '')
  const keys = uniqueKeys(diagnosis.causal_chain, (link) => `${link.entity} ${link.at}`)
  return (
    <Panel title="How it spread">
      <ol className="relative space-y-3">
        {diagnosis.causal_chain.map((link, i) => (
          <li key={keys[i]} className="relative flex gap-3">
            {i < diagnosis.causal_chain.length - 1 && (
              <span aria-hidden className="absolute top-5 -bottom-3 left-[0.4375rem] w-px bg-line-strong" />
            )}
            <span
              aria-hidden
              className={`mt-1 size-[0.9375rem] shrink-0 rounded-full border-2 ${i === 0 ? 'border-critical bg-critical' : 'border-line-strong bg-surface'}`}
            />
            <div className="min-w-0 flex-1">
              <EntityName id={link.entity} />
              <p className="break-words text-ink-soft">{link.sentence}</p>
            </div>
            <span className="whitespace-nowrap text-right text-ink-mute text-xs">
              <Moment at={link.at} />
              {i > 0 && <span className="block">+{formatDuration(Date.parse(link.at) - first)}</span>}
            </span>
          </li>
        ))}
      </ol>
    </Panel>
  )
}
