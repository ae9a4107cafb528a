import { z } from 'zod'
import { EvidenceType } from './answer.ts'
import { Time } from './time.ts'

export const PersonaId = z.string().regex(/^[a-z][a-z0-9-]{2,30}[a-z0-9]$/)
export type PersonaId = z.infer<typeof PersonaId>

/** Who answers: which tools it may use, what it looks at first, how deep it goes and how it speaks. */
export const Persona = z.object({
  id: PersonaId,
  name: z.string(),
  description: z.string(),
  /** For a language model; without one it is not used. */
  system_prompt: z.string(),
  /** Names of tools; others are not called. */
  capabilities: z.array(z.string()),
  icon: z.string(),
  /** Kinds of evidence that count more or less than usual, 0..10, 1 where not named: the order of what is said, and what goes into a small prompt. */
  evidence_weights: z.partialRecord(EvidenceType, z.number().min(0).max(10)),
  /** Areas that are looked at beside what was asked for. */
  focus: z.array(z.enum(['CLUSTER', 'CAPACITY', 'GPU', 'NETWORK', 'CNF', 'CHANGES', 'LOGS', 'TRACES'])),
  /** How much is said: 5, 10 or 25 rows of a list. */
  depth: z.enum(['BRIEF', 'NORMAL', 'DEEP']),
  voice: z.enum(['PLAIN', 'TERSE', 'TEACHING']),
  is_builtin: z.boolean(),
  /** Others of the tenant may use it. */
  shared: z.boolean(),
  created_by: z.string(),
  created_at: Time.nullable(),
  updated_at: Time.nullable(),
})
export type Persona = z.infer<typeof Persona>

const text = z.string().trim().min(1)
export const PersonaInput = z.strictObject({
  id: PersonaId,
  name: text.max(100),
  description: z.string().max(1_000).default(''),
  system_prompt: z.string().max(8_000).default(''),
  capabilities: z.array(z.string().max(64)).min(1).max(100),
  icon: z.string().max(40).default('robot'),
  evidence_weights: Persona.shape.evidence_weights.default({}),
  focus: Persona.shape.focus.default([]),
  depth: Persona.shape.depth.default('NORMAL'),
  voice: Persona.shape.voice.default('PLAIN'),
  shared: z.boolean().default(false),
})
export type PersonaInput = z.infer<typeof PersonaInput>
