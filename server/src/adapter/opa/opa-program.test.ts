import { expect, it } from 'vitest'
import { createOpaProgram, verdictOf } from './opa-program.ts'

it('reads what the rules say, as text or as conftest writes it', () => {
  const value = { deny: ['no', { msg: 'never' }], require: ['look'], warn: [{ msg: 'hm' }], other: 1 }
  expect(verdictOf(JSON.stringify({ result: [{ expressions: [{ value }] }] }))).toEqual({
    ...{ deny: ['no', 'never'], require: ['look', 'hm'] },
  })
})

it('takes no answer for no verdict', () => {
  for (const said of ['', 'x', '{}', '{"result":[]}', '{"result":[{"expressions":[{"value":{"deny":1}}]}]}'])
    expect(() => verdictOf(said)).toThrow('opa')
})

it('says so where there is no such program', async () => {
  const program = createOpaProgram('/nowhere', 'no-such-program-here')
  expect(await program.describe()).toBeUndefined()
  await expect(program.evaluate({}, AbortSignal.timeout(5_000))).rejects.toMatchObject({
    code: 'UPSTREAM_FAILED',
  })
})
