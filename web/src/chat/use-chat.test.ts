import type { ChatMessage } from '@aiops/contract/model/chat'
import { expect, test } from 'vitest'
import { inOrder } from './use-chat.ts'

const page = (...ids: string[]) => ({ messages: ids.map((id) => ({ id }) as ChatMessage) })

test('pages that were read from the end stand in the order in which it was said', () => {
  expect(
    inOrder([page('e', 'f'), page('c', 'd'), page('a', 'b')])
      .map(({ id }) => id)
      .join(''),
  ).toBe('abcdef')
  expect(inOrder([])).toEqual([])
})
