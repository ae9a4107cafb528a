import type { ChatMessage, ChatSession } from '@aiops/contract/model/chat'
import { expect, it } from 'vitest'
import { answerMessage, questionOf } from './chat-message.ts'
import { answerOf, recordOf } from './chat-rig.suite.ts'
import { transcriptOf } from './transcript.ts'

const session: ChatSession = {
  ...{ id: 's', user_id: 'anna', title: 'Why is <billing> slow?', persona_id: 'default', model: null },
  ...{ cluster_context: ['east'], message_count: 2, shared: false },
  ...{ created_at: '2026-01-01T00:00:00.000Z', updated_at: '', expires_at: '' },
}
const draft = {
  id: 'm',
  sessionId: 's',
  author: 'anna',
  personaId: 'default',
  createdAt: '2026-01-01T00:00:00Z',
}
const said = (content: string): ChatMessage => questionOf(draft, content, [])
const evil = '[click](http://evil.example/?q=1) ![x](http://evil.example/p.png) <img src=x>'

it('reads as a document: who said what, and what it rests on', () => {
  const answer = answerOf('It waits [e1].', { evidence: [recordOf('e1')] })
  const messages = [said('why?'), { ...answerMessage(draft), content: answer.text, answer }]
  const { name, media_type, text } = transcriptOf(session, messages, 'MARKDOWN')
  expect([name, media_type]).toEqual(['why-is-billing-slow.md', 'text/markdown'])
  expect(text).toContain('## anna, 2026-01-01T00:00:00Z\n\nwhy?')
  expect(text).toContain('It waits [e1].')
  expect(text).toContain('- e1: The p95 is 1.8 s. (query\\_metrics, local)'.replace('\\_', '_'))
  expect(text).toContain('about east')
})

it('is no link, no picture and no HTML, wherever it was quoted from', () => {
  const answer = answerOf('ok', { evidence: [recordOf('e1', evil)] })
  const messages = [
    said(`${evil}\n\\\\](http://evil.example) [a]: http://evil.example`),
    { ...answerMessage(draft), author: evil, content: 'ok', answer },
  ]
  const { text } = transcriptOf({ ...session, title: evil }, messages, 'MARKDOWN')
  const words = text.replace(/`[^`\n]*`/g, '')
  for (const live of [/\]\s*[([:]/, /!\[/, /</, /:\/\//]) expect(words).not.toMatch(live)
})

it('keeps fenced code as it is, and closes it', () => {
  const { text } = transcriptOf(session, [said('```\n<a> [x](y)\n'), said('<b>')], 'MARKDOWN')
  expect(text).toContain('```\n<a> [x](y)\n\n```')
  expect(text).toContain('&lt;b>')
})

it('is all there is as JSON', () => {
  const messages = [said('why?')]
  const { text, name } = transcriptOf(session, messages, 'JSON')
  expect(JSON.parse(text)).toEqual({ session, messages })
  expect(name).toBe('why-is-billing-slow.json')
})
