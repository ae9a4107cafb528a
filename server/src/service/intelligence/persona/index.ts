/** Personas: who answers. Five are built in; people make, share and delete others. */
import type { Api } from '@aiops/contract/api/index'
import type { OperationOutput } from '@aiops/contract/api/operation'
import type { Persona, PersonaInput } from '@aiops/contract/model/persona'
import type { Clock } from '../../../kernel/clock.ts'
import type { Caller } from '../../../port/operation-client.ts'
import type { RecordStore } from '../../../port/record-store.ts'

/** A tool as people and clients see it. */
export type ToolEntry = OperationOutput<Api['listTools']>['tools'][number]

/** Somebody else's that is not shared does not exist for a caller: PERSONA_NOT_FOUND. */
export interface Personas {
  /** Built-in ones first, then those that the caller may use, by id. */
  list(caller: Caller): Promise<Persona[]>
  get(caller: Caller, id: string): Promise<Persona>
  /** Throws CONFLICT where the id is taken or there are 200, VALIDATION_FAILED for a tool that there is not. */
  create(caller: Caller, input: PersonaInput): Promise<Persona>
  /** Throws PERSONA_READONLY for a built-in one and for somebody else's. */
  update(caller: Caller, id: string, input: Omit<PersonaInput, 'id'>): Promise<Persona>
  delete(caller: Caller, id: string): Promise<void>
  /** What a persona can be given. */
  tools(): Promise<ToolEntry[]>
}

export type PersonasDeps = {
  records: Pick<RecordStore, 'personas' | 'transaction'>
  /** The same, in the same order, each time. */
  tools: () => Promise<readonly ToolEntry[]>
  clock: Clock
}

export { builtinPersonas } from './builtin.ts'
export { createPersonas } from './personas.ts'
