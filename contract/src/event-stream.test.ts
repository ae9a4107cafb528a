import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createEventParser, type StreamEvent } from './event-stream.ts'

const lineless = fc.string().map((text) => text.replace(/[\r\n\0]/g, ''))
const event = fc.record({
  id: lineless,
  event: lineless,
  data: fc.array(lineless, { minLength: 1, maxLength: 3 }),
})
const written = ({ id, event, data }: { id: string; event: string; data: string[] }, end: string): string =>
  [`id: ${id}`, `event: ${event}`, ...data.map((line) => `data: ${line}`), '', ''].join(end)

describe('event stream', () => {
  it('gives the same events however the text is cut, with any kind of line end', () => {
    fc.assert(
      fc.property(
        fc.array(event, { maxLength: 5 }),
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.array(fc.nat(40), { maxLength: 30 }),
        (events, end, cuts) => {
          const text = `:\n\n${events.map((one) => written(one, end)).join('')}`
          const parse = createEventParser()
          const found: StreamEvent[] = []
          let at = 0
          for (const length of [...cuts, text.length]) {
            found.push(...parse(text.slice(at, at + length)))
            at += length
          }
          expect(found).toEqual(
            events.map(({ id, event, data }) => ({ id, event: event || 'message', data: data.join('\n') })),
          )
        },
      ),
    )
  })

  it('keeps back what is not whole, and leaves comments out', () => {
    const parse = createEventParser()
    expect(parse('id: m:1\ndata: {"a"')).toEqual([])
    expect(parse('\n:1}\n: still here\n')).toEqual([])
    expect(parse('\n')).toEqual([{ id: 'm:1', event: 'message', data: '{"a"' }])
  })
})
