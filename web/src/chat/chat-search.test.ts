import { expect, it } from 'vitest'
import { readAskSearch, readChatSearch } from './chat-search.ts'
import { firstQuestions } from './first-questions.ts'

it('takes a question, words, a page and a persona from the address, and leaves out what does not fit', () => {
  expect(readChatSearch({ q: 'Why?', search: 'gpu', page: '3', persona: 'default', x: '1' })).toEqual({
    ...{ q: 'Why?', search: 'gpu', page: 3, persona: 'default' },
  })
  expect(readChatSearch({ page: '-1', search: '' })).toEqual({})
  expect(readAskSearch({ q: 'Why?', page: '2' })).toEqual({ q: 'Why?' })
})

it('asks first about what is open', () => {
  expect(firstQuestions([{ number: 7 }, { number: 8 }, { number: 9 }]).slice(0, 3)).toEqual([
    ...['What is broken right now?', 'What is the root cause of INC-7?', 'What is the root cause of INC-8?'],
  ])
  expect(firstQuestions([])).toHaveLength(6)
})
