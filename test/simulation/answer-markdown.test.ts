/** What an answer's sentences become in a browser, whatever names stand in them: read by the parser that the web app shows them with. */
import fc from 'fast-check'
import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import Markdown from 'react-markdown'
import remarkGfm from 'remark-gfm'
import { describe, expect, it } from 'vitest'
import { hostileText, hostileTexts } from '../../server/src/service/intelligence/answer/hostile-text.suite.ts'
import { inertSentence } from '../../server/src/service/intelligence/answer/inert-sentence.ts'
import { answerMessage, questionOf } from '../../server/src/service/intelligence/chat/chat-message.ts'
import { transcriptOf } from '../../server/src/service/intelligence/chat/transcript.ts'
import { sampleDocument } from '../../server/src/service/intelligence/report/document.suite.ts'
import { reportMarkdown } from '../../server/src/service/intelligence/report/render/markdown.ts'

const shown = (text: string): string =>
  renderToStaticMarkup(createElement(Markdown, { remarkPlugins: [remarkGfm] }, text))
const elements = (html: string): string[] => [...html.matchAll(/<([a-z][a-z0-9]*)/g)].map(([, name]) => name!)

describe('a sentence with names of others', () => {
  const sentences = (name: string): string[] => [
    name,
    `${name} is slow.`,
    `The pod ${name} fails: \`${name}\`.`,
    `${name}, ${name} and "${name}" (${name}) of ${name}/${name}: ${name}`,
  ]
  it('is a paragraph of words and code, and nothing else', () => {
    fc.assert(
      fc.property(hostileText, (name) => {
        for (const sentence of sentences(name)) {
          const inert = inertSentence(sentence)
          expect(new Set(elements(shown(inert))).difference(new Set(['p', 'code'])), inert).toEqual(new Set())
        }
      }),
      { numRuns: 400 },
    )
  })
  it.each(hostileTexts.filter((text) => text.length < 1_000))('is so for %j', (name) => {
    for (const sentence of sentences(name)) {
      const inert = inertSentence(sentence)
      expect(new Set(elements(shown(inert))).difference(new Set(['p', 'code'])), inert).toEqual(new Set())
    }
  })
})

const leads = new Set(['a', 'img', 'input', 'script', 'iframe'])
const leading = (markdown: string): string[] => elements(shown(markdown)).filter((name) => leads.has(name))

describe('a document with texts of others', () => {
  const session = {
    ...{ id: 's', user_id: 'anna', title: '', persona_id: 'default', model: null, cluster_context: [] },
    ...{
      message_count: 2,
      shared: false,
      created_at: '2026-01-01T00:00:00.000Z',
      updated_at: '',
      expires_at: '',
    },
  }
  const draft = { id: 'm', sessionId: 's', author: 'anna', personaId: 'default', createdAt: '' }

  it('leads nowhere and loads nothing when it is a conversation', () => {
    fc.assert(
      fc.property(fc.array(hostileText, { minLength: 1, maxLength: 6 }), (texts) => {
        const messages = [
          questionOf({ ...draft, author: texts[0]! }, texts.join('\n'), []),
          { ...answerMessage(draft), content: texts.join(' ') },
        ]
        const { text } = transcriptOf({ ...session, title: texts[0]! }, messages, 'MARKDOWN')
        expect(leading(text), text).toEqual([])
      }),
      { numRuns: 300 },
    )
  })

  it('leads nowhere and loads nothing when it is a report', () => {
    fc.assert(
      fc.property(hostileText, (name) => {
        const [section] = sampleDocument.sections
        const markdown = reportMarkdown({
          ...{ ...sampleDocument, title: name, scope: name, generated_by: name },
          sections: [
            {
              ...{ ...section!, title: name },
              claims: [{ text: inertSentence(`${name} fails`), cites: ['e1'], role: 'HEADLINE' }],
              tables: section!.tables.map((table) => ({
                ...{ ...table, title: name, rows: [{ cells: { pod: name }, cites: [] }] },
              })),
              charts: section!.charts.map((chart) => ({ ...chart, title: name, query: name })),
            },
          ],
          evidence: sampleDocument.evidence.map((one) => ({
            ...one,
            sentence: name,
            source: name,
            query: name,
          })),
          checked: sampleDocument.checked.map((one) => ({ ...one, sentence: name })),
          not_checked: [{ what: name, reason: name }],
        })
        expect(leading(markdown), markdown).toEqual([])
      }),
      { numRuns: 200 },
    )
  })
})
