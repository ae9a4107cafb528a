import fc from 'fast-check'
import { expect, it } from 'vitest'
import { toolCallOf } from './tool-call.ts'

it('reads every JSON object back, and takes nothing else for one', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
      const { input } = toolCallOf('1', 't', JSON.stringify(value))
      const object = typeof value === 'object' && value !== null && !Array.isArray(value)
      expect(input).toEqual(object ? JSON.parse(JSON.stringify(value)) : undefined)
    }),
  )
})

it('throws at no text', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const { input, raw } = toolCallOf('1', 't', text)
      expect([typeof input === 'object' || input === undefined, raw]).toEqual([true, text])
    }),
  )
})

it('has no input for what is too large or too deep to walk, and keeps little of it', () => {
  const deep = `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`
  const large = JSON.stringify({ a: 'x'.repeat(100_000) })
  for (const text of [deep, large]) {
    const { input, raw } = toolCallOf('1', 't', text)
    expect([input, raw.length]).toEqual([undefined, 65_536])
  }
  expect(toolCallOf('1', 't', JSON.stringify({ a: '{"{[[[['.repeat(50) })).input).toBeDefined()
})
