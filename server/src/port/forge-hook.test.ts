import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DeliveryMemory, fieldOf, hookBody, sameText, signedBy } from './forge-hook.ts'

describe('proof of a webhook', () => {
  it('is the HMAC-SHA256 of the body: example of GitHub, "Validating webhook deliveries"', () => {
    const body = Buffer.from('Hello, World!')
    const signature = '757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17'
    expect(signedBy("It's a Secret to Everybody", body, signature)).toBe(true)
    expect(signedBy("It's a Secret to Everybody", Buffer.from('Hello, World'), signature)).toBe(false)
    expect(signedBy("It's a secret to Everybody", body, signature)).toBe(false)
  })

  it('compares texts of any lengths', () => {
    fc.assert(fc.property(fc.string(), fc.string(), (a, b) => sameText(a, b) === (a === b)))
  })
})

describe('what a stranger sent', () => {
  it('is looked into without ever failing, whatever it is', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const body = hookBody(bytes)
        expect(body === undefined || typeof body === 'object').toBe(true)
      }),
    )
    fc.assert(fc.property(fc.jsonValue(), fc.array(fc.string()), (json, path) => void fieldOf(json, ...path)))
  })

  it('has no fields of its prototype', () => {
    expect(fieldOf({}, 'constructor', 'name')).toBeUndefined()
    expect(fieldOf(JSON.parse('{"__proto__":{"a":1}}'), 'a')).toBeUndefined()
  })
})

describe('deliveries', () => {
  const body = (text: string) => Buffer.from(text)
  it('count once, by their id and by their body', () => {
    const memory = new DeliveryMemory()
    expect(memory.first('1', body('a'))).toBe(true)
    expect(memory.first('1', body('b'))).toBe(false)
    expect(memory.first('2', body('a'))).toBe(false)
    expect(memory.first('3', body('c'))).toBe(true)
  })

  it('are remembered up to a number, the newest of them', () => {
    const memory = new DeliveryMemory(10)
    for (let i = 0; i < 100; i += 1) memory.first(`${i}`, body(`${i}`))
    expect(memory.first('99', body('x'))).toBe(false)
    expect(memory.first('0', body('0'))).toBe(true)
  })
})
