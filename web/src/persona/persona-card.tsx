import type { Persona } from '@aiops/contract/model/persona'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { counted } from '../ui/words.ts'
import { AskButton } from './ask-button.tsx'
import { PersonaIcon } from './persona-icon.tsx'
import { depths, focusWords, voices } from './persona-word.ts'

/** One persona of the list. */
export function PersonaCard({ persona, onOpen }: { persona: Persona; onOpen: () => void }) {
  return (
    <li className="flex min-w-0 flex-col gap-2 rounded-lg border bg-surface p-4">
      <div className="flex items-start gap-3">
        <PersonaIcon name={persona.icon} className="mt-0.5 size-5 shrink-0 text-accent" />
        <div className="min-w-0 flex-1">
          <button
            type="button"
            onClick={onOpen}
            className="break-words py-0.5 text-left font-medium hover:underline"
          >
            {persona.name}
          </button>
          <p className="break-all font-mono text-ink-mute text-xs">{persona.id}</p>
        </div>
        <OwnerBadge persona={persona} />
      </div>
      <p className="line-clamp-3 flex-1 break-words text-ink-soft">
        {persona.description || 'No description.'}
      </p>
      <p className="text-ink-mute text-xs">{lookText(persona)}</p>
      <div className="flex flex-wrap gap-2 pt-1">
        <AskButton persona={persona} />
        <Button size="small" onClick={onOpen}>
          Details
        </Button>
      </div>
    </li>
  )
}

export function OwnerBadge({ persona }: { persona: Persona }) {
  if (persona.is_builtin) return <Badge tone="outline">Built in</Badge>
  return persona.shared ? (
    <Badge tone="low" title={`By ${persona.created_by}`}>
      Shared
    </Badge>
  ) : (
    <Badge tone="info">Own</Badge>
  )
}

/** How it looks and speaks, in a line. */
function lookText({ focus, depth, voice, capabilities }: Persona): string {
  const first = focus
    .map((one) => focusWords[one].replace(/^[A-Z](?=[a-z])/, (c) => c.toLowerCase()))
    .join(', ')
  return [
    first === '' ? 'looks at what was asked' : `also looks at ${first}`,
    (depths.find(({ value }) => value === depth)?.title ?? depth).toLowerCase(),
    (voices.find(({ value }) => value === voice)?.title ?? voice).toLowerCase(),
    counted(capabilities.length, 'tool'),
  ].join(' · ')
}
