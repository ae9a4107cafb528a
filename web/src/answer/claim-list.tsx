import type { Claim } from '@aiops/contract/model/answer'
import { className } from '../ui/class-name.ts'
import { sentenceCase } from '../ui/words.ts'
import { Citations } from './citation-button.tsx'

/** Sentences one by one with what each rests on. Shown inside a `SourcesContext`. */
export function ClaimList({ claims }: { claims: readonly Claim[] }) {
  return (
    <ul className="space-y-1.5">
      {claims.map(({ text, cites, role }) => (
        <li
          key={`${role} ${text}`}
          className={className('wrap-anywhere', role === 'HEADLINE' && 'font-medium')}
        >
          {(role === 'CAVEAT' || role === 'NEXT_STEP') && (
            <span className="text-ink-mute">{sentenceCase(role)}: </span>
          )}
          {text} <Citations cites={cites} />
        </li>
      ))}
    </ul>
  )
}
