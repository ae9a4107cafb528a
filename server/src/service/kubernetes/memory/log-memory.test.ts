import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MemoryConfig } from './config.ts'
import { Ledgers } from './ledger.ts'
import { OpenLogBlock, readBlock } from './log-block.ts'
import { LogMemory } from './log-memory.ts'

const about = { namespace: 'shop', pod: 'p', container: 'c', previous: false }
const nowMs = 1_790_000_000_000

function setUp(config: Partial<MemoryConfig> = {}) {
  const ledgers = new Ledgers()
  return { ledgers, logs: new LogMemory(ledgers, MemoryConfig.parse({ log_block_bytes: 4_096, ...config })) }
}
/** Lines of few shapes, with variables and the marks that columns are made with. */
const words = fc
  .array(fc.constantFrom('GET ', '/a1/', '200', ' 7f', 'x', '\u0000', '\u0001', 'é9', ''), { maxLength: 5 })
  .map((parts) => parts.join(''))
const linesOf = (count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => ({ timeMs: nowMs + (from + i) * 10, text: `line ${from + i}` }))

test('a block gives back the lines and times that went into it', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(10_000_000), fc.boolean(), fc.oneof(fc.string({ unit: 'binary' }), words)), {
        minLength: 1,
      }),
      (all) => {
        const block = new OpenLogBlock()
        let at = nowMs
        const expected = all.map(([gapMs, hasTime, text]) => {
          at += gapMs
          block.add(hasTime ? at : -at, text)
          const kept = Buffer.from(text.replaceAll('\n', ' ')).toString()
          return { timeMs: hasTime ? at : 0, text: kept }
        })
        expect(block.read()).toEqual(expected)
        expect(readBlock(block.seal())).toEqual(expected)
      },
    ),
    { numRuns: 500 },
  )
})

test('the newest lines come back over many blocks, in order, between two times', () => {
  const { logs } = setUp()
  logs.add(about, linesOf(3_000), nowMs)
  const tail = logs.tail(about, 1_000)
  expect([tail.length, tail[0]?.text, tail.at(-1)?.text]).toEqual([1_000, 'line 2000', 'line 2999'])
  const part = logs.tail(about, 1_000, nowMs + 5_000, nowMs + 5_090)
  expect(part.map(({ text }) => text)).toEqual(linesOf(10, 500).map(({ text }) => text))
})

test('lines that are said again after a broken follow are kept once', () => {
  const { logs } = setUp()
  logs.add(about, linesOf(700), nowMs)
  expect(logs.add(about, linesOf(710).slice(300), nowMs)).toBe(10)
  expect(logs.add(about, [{ timeMs: nowMs + 7_090, text: 'another of that moment' }], nowMs)).toBe(1)
  expect(logs.add(about, [{ timeMs: nowMs + 7_090, text: 'another of that moment' }], nowMs)).toBe(0)
  expect(logs.lines).toBe(711)
  expect(logs.tail(about, 10_000)).toHaveLength(711)
})

test('lines without a time, or with one far ahead, are kept in their place', () => {
  const { logs } = setUp()
  logs.add(
    about,
    [
      { timeMs: nowMs, text: 'a' },
      { timeMs: 0, text: 'b' },
      { timeMs: nowMs * 3, text: 'c' },
    ],
    nowMs,
  )
  logs.add(about, [{ timeMs: nowMs + 1, text: 'd' }], nowMs)
  expect(logs.tail(about, 9)).toEqual([
    { timeMs: nowMs, text: 'a' },
    { timeMs: 0, text: 'b' },
    { timeMs: 0, text: 'c' },
    { timeMs: nowMs + 1, text: 'd' },
  ])
})

test('containers of a pod are read together by time, or one alone', () => {
  const { logs } = setUp()
  logs.add(
    about,
    [
      { timeMs: nowMs, text: 'a' },
      { timeMs: nowMs + 20, text: 'c' },
    ],
    nowMs,
  )
  logs.add({ ...about, container: 'd' }, [{ timeMs: nowMs + 10, text: 'b' }], nowMs)
  logs.add({ ...about, previous: true }, [{ timeMs: nowMs, text: 'before' }], nowMs)
  const both = logs.podTail({ ...about, container: '' }, 9)
  expect(both.lines.map(({ text, container }) => `${container} ${text}`)).toEqual(['c a', 'd b', 'c c'])
  expect(logs.podTail({ ...about, container: '' }, 2)).toMatchObject({
    truncated: true,
    lines: [{ text: 'b' }, { text: 'c' }],
  })
  expect(logs.podTail({ ...about, previous: true }, 9).lines.map(({ text }) => text)).toEqual(['before'])
})

test('for room, the container that takes most forgets its oldest lines', () => {
  const { logs, ledgers } = setUp()
  const loud = { ...about, container: 'loud' }
  logs.add(about, linesOf(700), nowMs)
  logs.add(loud, linesOf(20_000), nowMs)
  const ledger = ledgers.of('shop')
  const before = ledger.logBytes
  logs.evict(ledger, 10_000)
  expect(ledger.logBytes).toBeLessThanOrEqual(before - 10_000)
  expect(logs.tail(about, 10_000)).toHaveLength(700)
  expect(logs.tail(loud, 100_000).length).toBeLessThan(20_000)
  expect(logs.tail(loud, 1)[0]?.text).toBe('line 19999')
  logs.evict(ledger, before)
  expect([ledger.logBytes, logs.lines]).toEqual([0, 0])
})

test('a long line is cut, and containers beyond the limit are not remembered', () => {
  const { logs } = setUp({ log_line_bytes_max: 100, log_containers_max: 1 })
  logs.add(about, [{ timeMs: nowMs, text: 'x'.repeat(1_000) }], nowMs)
  expect(logs.tail(about, 1)[0]?.text).toBe(`${'x'.repeat(99)}…`)
  expect(logs.add({ ...about, pod: 'q' }, linesOf(5), nowMs)).toBe(0)
})
