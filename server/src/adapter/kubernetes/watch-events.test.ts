import fc from 'fast-check'
import { expect, it } from 'vitest'
import { systemClock } from '../../kernel/clock.ts'
import { readListPage } from './list-page.ts'
import { watchEvents } from './watch-events.ts'

const asked = { verb: 'watch', resource: 'pods' } as const
async function* cut(bytes: Uint8Array, at: readonly number[]): AsyncGenerator<Uint8Array> {
  let from = 0
  for (const end of [...at.map((part) => part % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]) {
    yield bytes.subarray(from, end)
    from = end
  }
}
async function all(bytes: Uint8Array, at: readonly number[] = []): Promise<unknown[]> {
  const found: unknown[] = []
  for await (const event of watchEvents(cut(bytes, at), asked, 'host')) found.push(event)
  return found
}
const lines = (...events: unknown[]): Buffer =>
  Buffer.from(events.map((one) => `${JSON.stringify(one)}\n`).join(''))

it('however a stream is cut, its events are the same', async () => {
  const value = fc.record({
    metadata: fc.record({ name: fc.string({ unit: 'binary' }), resourceVersion: fc.nat().map(String) }),
    data: fc.jsonValue(),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(value), fc.array(fc.nat()), async (objects, at) => {
      const bytes = lines(...objects.map((object) => ({ type: 'ADDED', object })))
      const events = objects.map((object) => ({
        ...{ type: 'ADDED', resourceVersion: object.metadata.resourceVersion },
        object: JSON.parse(JSON.stringify(object)),
      }))
      expect(await all(bytes, at)).toEqual(events)
    }),
  )
})

it('whatever bytes come, an event or a Fault comes of them', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
      await all(bytes).catch((error) => expect(error).toHaveProperty('code'))
    }),
  )
})

it.each([
  ['{"type":"ADDED"}\n', 'UPSTREAM_FAILED'],
  ['[]\n', 'UPSTREAM_FAILED'],
  ['{"type":"ADDED","object":{"metadata":{}}}', 'UPSTREAM_FAILED'],
  ['{"type":"ERROR","object":{"code":500,"message":"broken"}}\n', 'UPSTREAM_FAILED'],
  ['{"type":"ERROR","object":{"code":403}}\n', 'PERMISSION_DENIED'],
  [`"${'x'.repeat(17 << 20)}`, 'BODY_TOO_LARGE'],
])('%.60s is refused with %s', async (text, code) => {
  await expect(all(Buffer.from(text))).rejects.toMatchObject({ code })
})

it('leaves out what later versions may tell, and blank lines', async () => {
  const later = { type: 'LATER', object: {} }
  const bookmark = { type: 'BOOKMARK', object: { metadata: { resourceVersion: '7' } } }
  expect(await all(Buffer.concat([Buffer.from('\n \r\n'), lines(later, bookmark)]))).toEqual([
    { type: 'BOOKMARK', resourceVersion: '7', initialEventsEnd: false },
  ])
})

it('a list that is taken apart is the list that is parsed at once', async () => {
  const filler = { filler: 'y"\\[{'.repeat(80_000) }
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { maxLength: 20 }),
      fc.boolean(),
      fc.constantFrom(undefined, 0, 2),
      async (items, first, indent) => {
        const metadata = {
          resourceVersion: '12',
          continue: 'abc',
          items: [{ no: 'item' }],
          note: '"items":[{}]',
        }
        const all = [...items, filler]
        const list = first ? { items: all, metadata } : { kind: 'PodList', metadata, items: all }
        const page = await readListPage(Buffer.from(JSON.stringify(list, undefined, indent)), systemClock)
        expect(page).toEqual({
          resourceVersion: '12',
          continue: 'abc',
          items: JSON.parse(JSON.stringify(all)),
        })
      },
    ),
    { numRuns: 30 },
  )
})

it.each([
  `{"items":[${'[]'.padEnd(300_000)}`,
  `{"items":[${'1,'.repeat(200_000)}1]}`,
  `{"items":[{"a":${' '.repeat(300_000)}}]}`,
  `{"metadata":{"x":"${'x'.repeat(300_000)}"},"items":[]}`,
  `${'['.repeat(400_000)}`,
  '[]',
  'null',
  '{"items":{}}',
])('what is no list is refused: %.40s', async (text) => {
  await expect(readListPage(Buffer.from(text), systemClock)).rejects.toMatchObject({
    code: 'UPSTREAM_FAILED',
  })
})
