import type { Intelligence } from '../../../service/intelligence/index.ts'
import type { Handler } from '../handler-deps.ts'

type PersonaHandlers = {
  [K in
    | 'listPersonas'
    | 'createPersona'
    | 'getPersona'
    | 'updatePersona'
    | 'deletePersona'
    | 'listTools']: Handler<K>
}

export const personaHandlers = ({ personas }: Pick<Intelligence, 'personas'>): PersonaHandlers => ({
  listPersonas: async (_, principal) => ({ personas: await personas.list(principal) }),
  createPersona: ({ body }, principal) => personas.create(principal, body),
  getPersona: ({ params }, principal) => personas.get(principal, params.id),
  updatePersona: ({ params, body }, principal) => personas.update(principal, params.id, body),
  async deletePersona({ params }, principal) {
    await personas.delete(principal, params.id)
    return null
  },
  listTools: async () => ({ tools: await personas.tools() }),
})
