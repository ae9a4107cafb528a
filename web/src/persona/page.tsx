import type { Persona } from '@aiops/contract/model/persona'
import { getRouteApi, Link } from '@tanstack/react-router'
import { Plus, Users, Wrench } from 'lucide-react'
import { PageTitle } from '../shell/page-title.tsx'
import { Button, buttonStyle } from '../ui/button.tsx'
import { Drawer } from '../ui/drawer.tsx'
import { Empty } from '../ui/empty.tsx'
import { Loaded } from '../ui/loaded.tsx'
import { PersonaCard } from './persona-card.tsx'
import { PersonaDetail } from './persona-detail.tsx'
import { copyOf, draftOf, emptyDraft } from './persona-draft.ts'
import { PersonaForm } from './persona-form.tsx'
import { usePersonas } from './use-personas.ts'

const route = getRouteApi('/personas')

/** Who can be asked: built in, one's own, and those that others share. */
export function PersonaPage() {
  const query = usePersonas()
  const navigate = route.useNavigate()
  return (
    <>
      <PageTitle title="Personas">
        <div className="flex flex-wrap gap-2">
          <Button look="strong" onClick={() => void navigate({ search: { act: 'new' } })}>
            <Plus aria-hidden /> New persona
          </Button>
          <Link to="/tools" className={buttonStyle()}>
            <Wrench aria-hidden /> Tools
          </Link>
        </div>
        <p className="basis-full text-ink-mute">
          Who answers decides which tools are used, what is looked at first, how deep it goes and how it is
          said, with a language model and without one.
        </p>
      </PageTitle>
      <Loaded query={query}>
        {({ personas }) => (
          <>
            <Group title="Your own" personas={personas.filter((one) => !one.is_builtin && !one.shared)} />
            <Group title="Shared" personas={personas.filter((one) => !one.is_builtin && one.shared)} />
            <Group title="Built in" personas={personas.filter((one) => one.is_builtin)} />
            {personas.length === 0 && <Empty icon={Users} title="There is no persona" />}
            <Opened personas={personas} />
          </>
        )}
      </Loaded>
    </>
  )
}

function Group({ title, personas }: { title: string; personas: readonly Persona[] }) {
  const navigate = route.useNavigate()
  if (personas.length === 0) return null
  return (
    <section className="mb-6">
      <h2 className="mb-2 font-semibold">{title}</h2>
      <ul className="grid gap-3 md:grid-cols-2 xl:grid-cols-3">
        {personas.map((persona) => (
          <PersonaCard
            key={persona.id}
            persona={persona}
            onOpen={() => void navigate({ search: { id: persona.id }, resetScroll: false })}
          />
        ))}
      </ul>
    </section>
  )
}

/** What the address says is open: one to read, to edit, or a new one. */
function Opened({ personas }: { personas: readonly Persona[] }) {
  const { id, act } = route.useSearch()
  const navigate = route.useNavigate()
  const persona = personas.find((one) => one.id === id)
  const taken = personas.map((one) => one.id)
  const go = (search: { id?: string; act?: 'edit' | 'new' }): void =>
    void navigate({ search, resetScroll: false })
  if (act === undefined)
    return id === undefined ? null : (
      <Drawer title={persona?.name ?? id} note={persona && 'Persona'} onClose={() => go({})}>
        {persona ? (
          <PersonaDetail
            persona={persona}
            onEdit={() => go({ id: persona.id, act: 'edit' })}
            onCopy={() => go({ id: persona.id, act: 'new' })}
            onDeleted={() => go({})}
          />
        ) : (
          <p className="text-ink-soft">There is no such persona, or it is another person’s own.</p>
        )}
      </Drawer>
    )
  const isNew = act === 'new'
  if (!isNew && (!persona || persona.is_builtin)) return null
  const first = isNew ? (persona ? copyOf(persona, taken) : emptyDraft()) : persona && draftOf(persona)
  if (!first) return null
  const title = isNew ? (persona ? `Copy of ${persona.name}` : 'New persona') : `Edit ${persona?.name}`
  return (
    <Drawer title={title} onClose={() => go(persona ? { id: persona.id } : {})}>
      <PersonaForm
        key={`${act} ${id}`}
        {...{ first, isNew, taken }}
        onCancel={() => go(persona ? { id: persona.id } : {})}
        onSaved={(saved) => go({ id: saved.id })}
      />
    </Drawer>
  )
}
