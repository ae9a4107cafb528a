import type { NodeSummary } from '@aiops/contract/model/kubernetes'
import { expect, it } from 'vitest'
import { nodeStatus, worstFirst } from './node-order.ts'

const node = (name: string, part: Partial<NodeSummary> = {}) =>
  ({ name, ready: true, schedulable: true, problems: [], ...part }) as unknown as NodeSummary

it('puts nodes that need somebody first, the rest as people count', () => {
  const nodes = [
    node('w-10'),
    node('w-2'),
    node('cordoned', { schedulable: false }),
    node('full', { problems: ['DiskPressure'] }),
    node('lost', { ready: false, problems: ['MemoryPressure'] }),
  ]
  expect(nodes.sort(worstFirst).map(({ name }) => name)).toEqual(['lost', 'full', 'cordoned', 'w-2', 'w-10'])
  expect(nodes.map(nodeStatus)).toEqual(['NotReady', 'DiskPressure', 'Cordoned', 'Ready', 'Ready'])
})
