import fc from 'fast-check'
import { expect, test } from 'vitest'
import { at, sampleExport, sampleIncident } from './incident.suite.ts'
import { span } from './markdown.ts'
import { postMortem } from './post-mortem.ts'

const hostile = [
  '[x](javascript:alert(1))',
  '![x](http://evil.example/x.png)',
  '<img src=x onerror=alert(1)>',
  '<script>alert(1)</script>',
  '| a | b |',
  '# heading',
  '- item',
  'http://evil.example',
  'www.evil.example',
  'a@evil.example',
  '`code`',
  '``',
  '\\',
  '&lt;b&gt;',
  '[ref]: http://evil.example',
  '<!-- x',
  '~~~',
  '```',
  '---',
  '***',
  '1. one',
  '> quoted',
  '\u202e',
  '\n\n',
  '[^1]',
]

/** As GitHub, GitLab and our own web app render it: CommonMark with the extensions of GFM. */
async function rendered(markdown: string): Promise<string> {
  const names = ['micromark', 'micromark-extension-gfm'] as const
  const [{ micromark }, { gfm, gfmHtml }] = await Promise.all([import(names[0]), import(names[1])])
  return micromark(markdown, {
    allowDangerousHtml: true,
    allowDangerousProtocol: true,
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
  })
}
/** What our own part of the document is made of. */
const ours = /<\/?(?:h1|h2|p|ul|ol|li|table|thead|tbody|tr|th|td|strong|code|br)(?: align="\w+")?(?: \/)?>/g

test('whatever somebody else wrote makes no link, image, HTML, heading or further table cell', async () => {
  const words = fc.array(
    fc.oneof(fc.constantFrom(...hostile), fc.string({ unit: 'grapheme', maxLength: 12 })),
    { minLength: 1, maxLength: 6 },
  )
  const plain = await rendered(postMortem(sampleExport('plain words')))
  const count = (html: string, tag: string): number => html.split(`<${tag}`).length
  await fc.assert(
    fc.asyncProperty(words, async (parts) => {
      const html = await rendered(postMortem(sampleExport(parts.join(' '))))
      expect(html.replace(ours, '')).not.toMatch(/<[a-z!/]/i)
      for (const tag of ['h1', 'h2', 'h3', 'table', 'tr', 'td'])
        expect([tag, count(html, tag)]).toEqual([tag, count(plain, tag)])
    }),
    { numRuns: 30 },
  )
})

test('says what is recorded, with its times, and the cause with how likely it is', () => {
  const text = postMortem(sampleExport())
  expect(text).toContain('# Post-mortem of INC-12: payments: slow answers')
  expect(text).toContain('| Noticed | 2026-03-01 10:02:00 UTC, 2 min after it began (TTD) |')
  expect(text).toContain('| Acknowledged | 2026-03-01 10:05:00 UTC, 3 min after it was noticed (TTA) |')
  expect(text).toContain('| Resolved | 2026-03-01 10:30:00 UTC, 28 min after it was noticed (TTR) |')
  expect(text).toContain('**1. 75 %**: payments, LATENCY')
  expect(text).toContain('unknown has 25 %')
  expect(text).toContain('- cart, healthy:')
  expect(text).toContain('| 2026-03-01 09:55:00 UTC | 5 min before it began | ROLLOUT |')
  expect(text).toContain('That one came before is no proof')
  expect(text).toContain('- The diagnosis says: no traces.')
  expect(text).toContain('- Nobody confirmed a cause.')
  expect(text).toContain('- slow answers: `https://wiki.example/runbook` (slow answers)')
  expect(postMortem(sampleExport())).toBe(text)
})

test('of which nothing is known says so in every part', () => {
  const nothing = {
    timeline: [],
    remediations: [],
    diagnosis: null,
    affected_entities: [],
    acknowledged_at: null,
    resolved_at: null,
    assigned_to: null,
  }
  const incident = { ...sampleIncident('x', nothing), tta: null, ttr: null }
  const text = postMortem({ ...sampleExport(), incident, changes: [], topology: { entities: [], edges: [] } })
  for (const sentence of [
    'Unknown: the platform made no diagnosis, and nobody confirmed a cause.',
    'Nothing is recorded as looked at and ruled out.',
    'No change of what is affected or near it is recorded',
    'No timeline is recorded.',
    'No runbook was run.',
    'nobody acknowledged it',
    'it is not resolved',
  ])
    expect(text).toContain(sentence)
})

test('of a cause that somebody confirmed names who and when', () => {
  const confirmed_cause = {
    entity: 'service/payments',
    sentence: 'The pool was too small.',
    by: 'ana',
    at: at(40),
  }
  const text = postMortem({ ...sampleExport(), incident: sampleIncident('x', { confirmed_cause }) })
  expect(text).toContain('Confirmed by ana at 2026-03-01 10:40:00 UTC: The pool was too small. (payments)')
  expect(text).not.toContain('Nobody confirmed a cause')
})

test('of a very long course keeps what people did', () => {
  const crowd = Array.from({ length: 5_000 }, (_, i) => ({
    at: at(i / 100),
    type: 'ALERT_ADDED' as const,
    actor: 'system',
    sentence: `alert ${i}`,
  }))
  const timeline = [
    ...crowd,
    { at: at(60), type: 'RESOLVED' as const, actor: 'ana', sentence: 'all well again' },
  ]
  const text = postMortem({ ...sampleExport(), incident: sampleIncident('x', { timeline }) })
  expect(text).toContain('all well again')
  expect(text).toContain('4701 further events are left out')
})

test('lengths of time are written as people read them', () => {
  expect([0, 0.4, 59, 60, 3_660, 90_061, 86_400].map(span)).toEqual([
    '0 s',
    '0 s',
    '59 s',
    '1 min',
    '1 h 1 min',
    '1 d 1 h',
    '1 d',
  ])
})
