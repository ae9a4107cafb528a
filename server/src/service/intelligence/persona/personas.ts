import type { Persona, PersonaInput } from '@aiops/contract/model/persona'
import { isoTime } from '../../../kernel/clock.ts'
import { Fault } from '../../../kernel/fault.ts'
import type { Caller } from '../../../port/operation-client.ts'
import { builtinPersonas } from './builtin.ts'
import type { Personas, PersonasDeps } from './index.ts'

/** Own ones of a tenant; each is read whole when they are listed. */
const personasMax = 200

const builtins = new Map(builtinPersonas.map((persona) => [persona.id, persona]))

export function createPersonas(deps: PersonasDeps): Personas {
  const { records, clock } = deps
  const own = async (caller: Caller, id: string): Promise<Persona> => {
    const found = await deps.records.personas.get(caller.tenant, id)
    if (!found || !isFor(caller, found)) throw unknown(id)
    return found
  }

  /** Throws where it is not the caller's to change. */
  async function writable(caller: Caller, id: string): Promise<Persona> {
    if (builtins.has(id)) throw readonly(`${id} is built in`)
    const found = await own(caller, id)
    if (found.created_by !== caller.actor) throw readonly(`${id} belongs to ${found.created_by}`)
    return found
  }

  /** Throws VALIDATION_FAILED for names that no tool has. */
  async function checkTools(capabilities: readonly string[]): Promise<string[]> {
    const known = new Set((await deps.tools()).map(({ name }) => name))
    const wrong = capabilities.find((name) => !known.has(name))
    if (wrong !== undefined) {
      const message = `there is no tool ${wrong.slice(0, 64)}; GET /api/v1/tools lists them`
      throw new Fault('VALIDATION_FAILED', `capabilities: ${message}`, {
        details: [{ path: 'capabilities', message }],
      })
    }
    return [...new Set(capabilities)]
  }

  return {
    tools: async () => [...(await deps.tools())],
    async list(caller) {
      const made = await records.personas.list(caller.tenant)
      return [...builtinPersonas, ...made.filter((persona) => isFor(caller, persona))]
    },
    async get(caller, id) {
      return builtins.get(id) ?? own(caller, id)
    },
    async create(caller, input) {
      if (builtins.has(input.id)) throw new Fault('CONFLICT', `There is a persona ${input.id} already.`)
      const now = isoTime(clock.now())
      const persona: Persona = {
        ...input,
        capabilities: await checkTools(input.capabilities),
        ...{ is_builtin: false, created_by: caller.actor, created_at: now, updated_at: now },
      }
      await records.transaction(async ({ personas }) => {
        if ((await personas.list(caller.tenant)).length >= personasMax)
          throw new Fault('CONFLICT', `There are ${personasMax} personas; delete one that is not used.`)
        await personas.insert(caller.tenant, persona)
      })
      return persona
    },
    async update(caller, id, input: Omit<PersonaInput, 'id'>) {
      const before = await writable(caller, id)
      const capabilities = await checkTools(input.capabilities)
      const persona: Persona = { ...before, ...input, capabilities, updated_at: isoTime(clock.now()) }
      if (!(await records.personas.update(caller.tenant, persona))) throw unknown(id)
      return persona
    },
    async delete(caller, id) {
      await writable(caller, id)
      if (!(await records.personas.delete(caller.tenant, id))) throw unknown(id)
    },
  }
}

const isFor = (caller: Caller, persona: Persona): boolean =>
  persona.shared || persona.created_by === caller.actor

const unknown = (id: string): Fault =>
  new Fault('PERSONA_NOT_FOUND', `There is no persona ${id.slice(0, 64)}.`)

const readonly = (why: string): Fault =>
  new Fault('PERSONA_READONLY', `${why} and cannot be changed here; make a copy under another id.`)
