import { expect, test } from 'vitest'
import { entryOf } from './log-entry.ts'
import { addLines, emptyTail, tailKept } from './tail-buffer.ts'

const entry = (message: string) =>
  entryOf({ cluster_id: '', cluster_name: '', timestamp: '2026-11-21T08:00:00Z', stream: {}, message })

test('the newest line comes first, and what was dropped is counted', () => {
  const first = addLines(emptyTail, [entry('1'), entry('2')], 3)
  const second = addLines(first, [entry('3')], 0)
  expect(second.entries.map(({ message }) => message)).toEqual(['3', '2', '1'])
  expect(second).toMatchObject({ received: 3, dropped: 3 })
})

test('a long tail keeps its newest lines alone', () => {
  const many = Array.from({ length: tailKept + 5 }, (_, i) => entry(String(i)))
  const tail = addLines(emptyTail, many, 0)
  expect(tail.entries).toHaveLength(tailKept)
  expect(tail.entries[0]?.message).toBe(String(tailKept + 4))
  expect(tail.received).toBe(tailKept + 5)
})
