import type { Persona } from '@aiops/contract/model/persona'
import { Link } from '@tanstack/react-router'
import { Copy, Pencil, Trash2 } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Moment } from '../ui/moment.tsx'
import { counted } from '../ui/words.ts'
import { AskButton } from './ask-button.tsx'
import { DeletePersona } from './delete-persona.tsx'
import { OwnerBadge } from './persona-card.tsx'
import { depths, evidenceTitle, focusWords, voices, weightWord } from './persona-word.ts'
import { useTools } from './use-personas.ts'

type PersonaDetailProps = {
  persona: Persona
  onEdit: () => void
  onCopy: () => void
  onDeleted: () => void
}

/** What a persona may use, looks at first and how it speaks. */
export function PersonaDetail({ persona, onEdit, onCopy, onDeleted }: PersonaDetailProps) {
  const [deleting, setDeleting] = useState(false)
  const depth = depths.find(({ value }) => value === persona.depth)
  const voice = voices.find(({ value }) => value === persona.voice)
  const weights = Object.entries(persona.evidence_weights).sort(([, a], [, b]) => b - a)
  return (
    <div className="space-y-5">
      <div className="flex flex-wrap items-center gap-2">
        <AskButton persona={persona} />
        {!persona.is_builtin && (
          <Button size="small" onClick={onEdit}>
            <Pencil aria-hidden /> Edit
          </Button>
        )}
        <Button size="small" onClick={onCopy}>
          <Copy aria-hidden /> Copy
        </Button>
        {!persona.is_builtin && (
          <Button size="small" look="danger" onClick={() => setDeleting(true)}>
            <Trash2 aria-hidden /> Delete
          </Button>
        )}
        <span className="ml-auto">
          <OwnerBadge persona={persona} />
        </span>
      </div>
      {persona.is_builtin && (
        <p className="text-ink-mute text-xs">A built-in persona cannot be changed; a copy can.</p>
      )}
      <p className="break-words text-base">{persona.description || 'No description.'}</p>
      <dl className="divide-y rounded-lg border">
        <Row name="Also looks at">
          {persona.focus.map((one) => focusWords[one]).join(', ') || 'only what was asked for'}
        </Row>
        <Row name="Counts">
          {weights.length === 0
            ? 'every kind of evidence as usual'
            : weights.map(([type, weight]) => (
                <span key={type} className="mr-4 inline-block">
                  {evidenceTitle(type)}{' '}
                  <span className="text-ink-mute">
                    {weightWord(weight)}, × {weight}
                  </span>
                </span>
              ))}
        </Row>
        <Row name="Depth">
          {depth?.title}. <span className="text-ink-mute">{depth?.note}</span>
        </Row>
        <Row name="Voice">
          {voice?.title}. <span className="text-ink-mute">{voice?.note}</span>
        </Row>
        {!persona.is_builtin && (
          <Row name="By">
            {persona.created_by}, <Moment at={persona.updated_at ?? persona.created_at} form="both" />
          </Row>
        )}
      </dl>
      <section>
        <h3 className="mb-2 font-semibold">May use {counted(persona.capabilities.length, 'tool')}</h3>
        <ToolNames names={persona.capabilities} />
      </section>
      <section>
        <h3 className="mb-1 font-semibold">System prompt</h3>
        <p className="mb-2 text-ink-mute text-xs">Only for language models; without one it is not used.</p>
        <p className="whitespace-pre-wrap break-words rounded-md bg-sunken p-3">
          {persona.system_prompt || 'None.'}
        </p>
      </section>
      {deleting && <DeletePersona persona={persona} onClose={() => setDeleting(false)} onDone={onDeleted} />}
    </div>
  )
}

function Row({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="grid grid-cols-[7rem_1fr] gap-3 px-3 py-1.5">
      <dt className="text-ink-mute">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </div>
  )
}

/** Each leads to where it can be tried. */
function ToolNames({ names }: { names: readonly string[] }) {
  const { data } = useTools()
  const known = new Map(data?.tools.map((tool) => [tool.name, tool]))
  return (
    <ul className="flex flex-wrap gap-1.5">
      {names.map((name) => (
        <li key={name} className="max-w-full">
          <Link
            to="/tools"
            search={{ tool: name }}
            title={known.get(name)?.description}
            className="inline-block max-w-full truncate rounded-full border px-2 py-0.5 text-xs hover:bg-sunken"
          >
            {known.get(name)?.title ?? name}
          </Link>
        </li>
      ))}
    </ul>
  )
}
