/** Personas of the stand-in: two built in, one shared by somebody else, and what is made. */
import type { Persona } from '@aiops/contract/model/persona'
import { type Input, Refusal } from './refusal.ts'
import { mockTools } from './tool.ts'

const names = mockTools.map(({ name }) => name)
const base: Persona = {
  ...{
    id: 'default',
    name: 'Default Assistant',
    icon: 'robot',
    system_prompt: 'You are the on-call colleague.',
  },
  ...{ description: 'General operations: checks the data and cites values and times.', capabilities: names },
  ...{ evidence_weights: {}, focus: [], depth: 'NORMAL', voice: 'PLAIN', is_builtin: true, shared: true },
  ...{ created_by: 'system', created_at: null, updated_at: null },
}

export function personaHandlers(empty: boolean) {
  let personas: Persona[] = [
    base,
    {
      ...base,
      ...{ id: 'gpu-expert', name: 'GPU Infrastructure Expert', icon: 'gpu', voice: 'TERSE', depth: 'DEEP' },
      description:
        'NVIDIA GPUs and what runs on them: CUDA, vLLM tuning, memory and scheduling, DCGM, throttling.',
      ...{ evidence_weights: { GPU: 5, NODE: 2, METRIC: 2, LOG: 0.5 }, focus: ['GPU', 'CAPACITY'] },
    },
    ...(empty
      ? []
      : [
          {
            ...base,
            ...{
              id: 'night-shift',
              name: 'Night shift',
              icon: 'shield',
              is_builtin: false,
              created_by: 'ben',
            },
            ...{ description: 'Only what must be done before morning.', depth: 'BRIEF' as const },
            ...{ capabilities: ['list_alerts', 'tool_that_went'], created_at: new Date().toISOString() },
          },
        ]),
  ]
  const find = (id = ''): Persona => {
    const one = personas.find((persona) => persona.id === id)
    if (!one) throw new Refusal(404, 'PERSONA_NOT_FOUND', `There is no persona ${id}.`)
    return one
  }
  const own = (id = ''): Persona => {
    const one = find(id)
    if (one.is_builtin)
      throw new Refusal(403, 'PERSONA_READONLY', `${one.name} is built in and stays as it is.`)
    return one
  }
  return {
    listPersonas: () => ({ personas }),
    createPersona: ({ body }: Input) => {
      if (personas.some(({ id }) => id === body.id))
        throw new Refusal(409, 'CONFLICT', `There is a persona ${String(body.id)} already.`)
      const at = new Date().toISOString()
      const stamp = { is_builtin: false, created_by: 'you', created_at: at, updated_at: at }
      const made = { ...base, ...body, ...stamp } as Persona
      personas = [...personas, made]
      return made
    },
    getPersona: ({ params }: Input) => find(params.id),
    updatePersona: ({ params, body }: Input) =>
      Object.assign(own(params.id), body, { updated_at: new Date().toISOString() }),
    deletePersona: ({ params }: Input) => {
      const gone = own(params.id)
      personas = personas.filter((one) => one !== gone)
      return null
    },
    listTools: () => ({
      tools: mockTools.map(({ inputSchema, ...tool }) => ({ ...tool, input_schema: inputSchema })),
    }),
  }
}
