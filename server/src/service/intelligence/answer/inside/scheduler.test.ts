import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readUnschedulable, unschedulableText } from './scheduler.ts'

const message =
  '0/4 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/unreachable: }, 3 Insufficient nvidia.com/gpu. preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling.'

test('the reasons of the scheduler are told with how many nodes each rules out, most first', () => {
  const read = readUnschedulable(message)
  expect(read).toEqual({
    nodes: 4,
    reasons: [
      { count: 3, reason: 'Insufficient nvidia.com/gpu' },
      { count: 1, reason: 'node(s) had untolerated taint {node.kubernetes.io/unreachable: }' },
    ],
  })
  expect(unschedulableText(read!)).toBe(
    'none of 4 nodes can take it: 3 have too little nvidia.com/gpu left (Insufficient nvidia.com/gpu) and 1 has a taint that it does not tolerate (node.kubernetes.io/unreachable)',
  )
})

test('reasons that hold commas stay whole, and one that nobody knows is told as it is', () => {
  const text =
    "0/2 nodes are available: 1 node(s) didn't find available persistent volumes to bind, 1 Too many pods."
  expect(unschedulableText(readUnschedulable(text)!)).toBe(
    "none of 2 nodes can take it: 1 is ruled out (didn't find available persistent volumes to bind) and 1 has no room for more pods (Too many pods)",
  )
})

test('another message is no such message', () => {
  expect(readUnschedulable('Back-off pulling image "a"')).toBeUndefined()
})

test('whatever a cluster writes is read without failing, with no count that it does not hold', () => {
  const pieces = fc.constantFrom(
    '0/3 nodes are available: ',
    '1 Insufficient cpu',
    ', ',
    '2 node(s) ',
    '.',
    ' preemption: ',
    'x',
  )
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(pieces, { maxLength: 12 }).map((all) => all.join('')),
      ),
      (text) => {
        const read = readUnschedulable(text)
        if (!read) return
        for (const { count } of read.reasons) expect(text).toContain(String(count))
        expect(unschedulableText(read)).toContain(read.nodes.toLocaleString('en-US'))
      },
    ),
  )
})
