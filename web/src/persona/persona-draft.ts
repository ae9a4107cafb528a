import { type Persona, PersonaId, PersonaInput } from '@aiops/contract/model/persona'

export const emptyDraft = (): PersonaInput => ({
  ...{ id: '', name: '', description: '', system_prompt: '', capabilities: [], icon: 'robot' },
  ...{ evidence_weights: {}, focus: [], depth: 'NORMAL', voice: 'PLAIN', shared: false },
})

/** What of a persona can be changed. */
export const draftOf = (persona: Persona): PersonaInput => {
  const { is_builtin: _, created_by: __, created_at: ___, updated_at: ____, ...draft } = persona
  return draft
}

/** The same under a name of its own, for oneself at first. */
export function copyOf(persona: Persona, taken: readonly string[]): PersonaInput {
  const name = `${persona.name} (copy)`.slice(0, 100)
  return { ...draftOf(persona), name, id: idFor(`${persona.id.slice(0, 23)} copy`, taken), shared: false }
}

/** An id of a name: lower-case letters, digits and dashes, 4 to 32 of them, a letter first, none that is taken. */
export function idFor(name: string, taken: readonly string[]): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 28)
    .replace(/-+$/, '')
  const base = plain.length >= 4 ? plain : `${plain || 'my'}-persona`.replace(/^-+/, '')
  if (!taken.includes(base)) return base
  for (let n = 2; n < 1_000; n += 1) if (!taken.includes(`${base}-${n}`)) return `${base}-${n}`
  return base
}

/** What hinders saving, by field; the server checks again. */
export function draftProblems(draft: PersonaInput, taken: readonly string[]): ReadonlyMap<string, string> {
  const problems = new Map<string, string>()
  if (draft.name.trim() === '') problems.set('name', 'Give it a name.')
  if (!PersonaId.safeParse(draft.id).success)
    problems.set('id', '4 to 32 lower-case letters, digits and dashes; a letter first, no dash last.')
  else if (taken.includes(draft.id)) problems.set('id', 'Another persona has this id.')
  if (draft.capabilities.length === 0)
    problems.set('capabilities', 'Choose at least one tool: without any it can look at nothing.')
  if (problems.size > 0) return problems
  for (const { path, message } of PersonaInput.safeParse(draft).error?.issues ?? [])
    problems.set(String(path[0] ?? 'name'), message)
  return problems
}
