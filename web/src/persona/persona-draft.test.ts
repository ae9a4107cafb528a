import { type Persona, PersonaId, PersonaInput } from '@aiops/contract/model/persona'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { copyOf, draftProblems, emptyDraft, idFor } from './persona-draft.ts'
import { evidenceTypes, weightWord } from './persona-word.ts'

const builtin: Persona = {
  ...{
    id: 'gpu-expert',
    name: 'GPU Infrastructure Expert',
    description: 'GPUs',
    system_prompt: 'You',
    icon: 'gpu',
  },
  ...{ capabilities: ['get_gpu_nodes'], evidence_weights: { GPU: 5 }, focus: ['GPU'], depth: 'NORMAL' },
  ...{
    voice: 'TERSE',
    is_builtin: true,
    shared: true,
    created_by: 'system',
    created_at: null,
    updated_at: null,
  },
}

describe('the id of a persona', () => {
  it('is one that the server takes, whatever the name', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.string()), (name, taken) => {
        const id = idFor(name, taken)
        expect(PersonaId.safeParse(id).success, id).toBe(true)
        expect(taken).not.toContain(id)
      }),
    )
  })

  it('is not one that is taken', () => {
    expect(idFor('Night shift', [])).toBe('night-shift')
    expect(idFor('Night shift', ['night-shift', 'night-shift-2'])).toBe('night-shift-3')
    expect(idFor('5G', [])).toBe('g-persona')
  })
})

describe('a copy of a built-in persona', () => {
  it('is the same under another name, and for oneself', () => {
    const copy = copyOf(builtin, ['gpu-expert'])
    expect(PersonaInput.safeParse(copy).success).toBe(true)
    expect(copy).toMatchObject({
      name: 'GPU Infrastructure Expert (copy)',
      shared: false,
      evidence_weights: { GPU: 5 },
    })
    expect(draftProblems(copy, ['gpu-expert']).size).toBe(0)
  })
})

describe('a persona that is not ready', () => {
  it('is told field by field', () => {
    expect([...draftProblems(emptyDraft(), []).keys()]).toEqual(['name', 'id', 'capabilities'])
    const taken = draftProblems({ ...copyOf(builtin, []), id: 'gpu-expert' }, ['gpu-expert'])
    expect(taken.get('id')).toContain('Another')
  })
})

describe('words', () => {
  it('say a weight of one as usual', () => {
    expect([0, 0.5, 1, 1.5, 5, 10].map(weightWord)).toEqual([
      ...['last of all', 'less than usual', 'as usual', 'more than usual', 'much more', 'before all else'],
    ])
    expect(evidenceTypes.map(({ title }) => title)).toContain('Traces')
  })
})
