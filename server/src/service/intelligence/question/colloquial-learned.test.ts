import { expect, test } from 'vitest'
import { hear } from './colloquial.suite.ts'

test.each([
  ['LIST_PODS', 'pods who are not running'],
  ['LIST_NODES', 'nodes who are down'],
  ['OWNER', 'who is responsible for the nodes'],
  ['NEXT_STEPS', 'what must i do for booking'],
  ['HEALTH', 'status booking'],
])('%s is heard where people write as in their own language: %s', (intent, text) => {
  expect(hear(text).intent).toBe(intent)
})

test('a name that nobody knows is told as such where only a state is asked of it', () => {
  expect(hear('status kasse')).toMatchObject({ intent: 'HEALTH', unknown: [{ text: 'kasse' }] })
  expect(hear('status update').intent).not.toBe('HEALTH')
})
