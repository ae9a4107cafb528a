import { z } from 'zod'
import { Persona, PersonaId, PersonaInput } from '../model/persona.ts'
import { operations } from './operation.ts'

const id = z.object({ id: PersonaId })

export const persona = operations({
  listPersonas: {
    method: 'GET',
    path: '/api/v1/personas',
    tag: 'personas',
    permission: 'chat:read',
    errors: [],
    summary: 'Who can be asked: built in, shared, and your own.',
    response: z.object({ personas: z.array(Persona) }),
  },
  createPersona: {
    method: 'POST',
    path: '/api/v1/personas',
    tag: 'personas',
    permission: 'chat:write',
    status: 201,
    errors: ['CONFLICT', 'VALIDATION_FAILED'],
    summary: 'Make a persona.',
    body: PersonaInput,
    response: Persona,
  },
  getPersona: {
    method: 'GET',
    path: '/api/v1/personas/{id}',
    tag: 'personas',
    permission: 'chat:read',
    params: id,
    errors: ['PERSONA_NOT_FOUND'],
    summary: 'One persona.',
    response: Persona,
  },
  updatePersona: {
    method: 'PUT',
    path: '/api/v1/personas/{id}',
    tag: 'personas',
    permission: 'chat:write',
    params: id,
    errors: ['PERSONA_NOT_FOUND', 'PERSONA_READONLY', 'VALIDATION_FAILED'],
    summary: 'Change a persona of your own.',
    body: PersonaInput.omit({ id: true }),
    response: Persona,
  },
  deletePersona: {
    method: 'DELETE',
    path: '/api/v1/personas/{id}',
    tag: 'personas',
    permission: 'chat:write',
    status: 204,
    params: id,
    errors: ['PERSONA_NOT_FOUND', 'PERSONA_READONLY'],
    summary: 'Delete a persona of your own. Sessions that use it go on with the default one.',
    response: z.null(),
  },
  listTools: {
    method: 'GET',
    path: '/api/v1/tools',
    tag: 'personas',
    permission: 'chat:read',
    errors: [],
    summary: 'The tools that a persona can be given: what answers are made from.',
    response: z.object({
      tools: z.array(
        z.object({
          name: z.string(),
          title: z.string(),
          description: z.string(),
          effect: z.enum(['READ', 'PROPOSE']),
          /** JSON Schema of its arguments. */
          input_schema: z.record(z.string(), z.unknown()),
        }),
      ),
    }),
  },
})
