import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hasForeignLink, safeMarkdown } from './markdown.ts'

const documents = new Set(['https://docs.example.com/runbook'])

describe('Markdown of a model', () => {
  test.each([
    ['![x](https://evil.example/?q=1)', 'x'],
    ['![x][r]\n[r]: https://evil.example', 'x\n'],
    ['<img src=x onerror=alert(1)>', ''],
    ['<scr<b>ipt>alert(1)</script>', 'ipt>alert(1)'],
    ['[here](https://evil.example)', 'here'],
    ['[here](javascript:alert(1))', 'here'],
    ['[e1](https://evil.example)', '[e1]'],
    ['see https://evil.example/a?b=c now', 'see (link removed) now'],
    ['<https://evil.example>', ''],
    ['[incident](/incidents/INC-17)', '[incident](/incidents/INC-17)'],
    ['[x](//evil.example)', 'x'],
    ['[x](/incidents/../../evil)', '[x](/incidents/../../evil)'],
    ['[x](/\\evil.example)', 'x'],
    [
      '[guide](https://docs.example.com/runbook)',
      '[guide (docs.example.com)](https://docs.example.com/runbook)',
    ],
    ['billing is failing [e1][e2]. **Next** `x`', 'billing is failing [e1][e2]. **Next** `x`'],
    ['&#106;avascript:x', '#106;avascript:x'],
  ])('%j becomes %j', (text, safe) => {
    expect(safeMarkdown(text, documents)).toBe(safe)
  })

  test('loads nothing and leads nowhere else, whatever it is made of, and stays as it is when made safe twice', () => {
    const piece = fc.constantFrom(
      '![',
      '[',
      ']',
      '(',
      ')',
      '](',
      '<',
      '>',
      '<img ',
      'src=',
      'https://evil.example',
      'javascript:',
      '//',
      '\n',
      '[a]:',
      ' ',
      'x',
      'data:',
      '&#x',
      '```',
      '[e1]',
      '<!--',
      '-->',
      '!',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const safe = safeMarkdown(pieces.join(''))
        expect(safe).not.toMatch(/!\[[^\]\n]*\]\(|<[a-z/!]|:\/\/|javascript:|\]\((?!\/)[^)]*\)/i)
        expect(hasForeignLink(safe.replaceAll('(link removed)', '').replace(/\]\((?!\/)/g, ''))).toBe(false)
        expect(safeMarkdown(safe)).toBe(safe)
      }),
      { numRuns: 2_000 },
    )
  })

  test.each(['[', '![', '<', '[a](', '<!--', 'http://', '&#', '`'])(
    'of many %s ends',
    (sign) => {
      expect(safeMarkdown(sign.repeat(20_000)).length).toBeGreaterThanOrEqual(0)
    },
    5_000,
  )
})
