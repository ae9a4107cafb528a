import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { percent, print, printAsIs, printable, printJson, span, table } from './print.ts'

const esc = '\u001b'

describe('text from outside', () => {
  it.each([
    ['clearing the screen', `${esc}[2J`],
    ['moving the cursor', `${esc}[1A${esc}[10C`],
    ['setting the title', `${esc}]0;owned\u0007`],
    ['a link', `${esc}]8;;http://evil${esc}\\here`],
    ['a colour of another number', `${esc}[8mhidden`],
    ['several colours at once', `${esc}[31;8m`],
    ['a single-byte command', '\u009b2J'],
    ['going back over the line', 'bad\rgood'],
    ['backspaces', 'bad\b\b\b'],
    ['turned direction', 'a\u202etxt.exe'],
  ])('cannot command the terminal by %s', (_what, text) => {
    for (const colours of [true, false]) {
      const shown = printable(text, colours)
      expect(shown).toContain('\ufffd')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: that none is left is what is tested.
      expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/)
    }
  })

  it('keeps our own colours where there are colours, and what is not a command everywhere', () => {
    const bold = `${esc}[1mINC-1${esc}[0m`
    expect(printable(bold, true)).toBe(bold)
    expect(printable(bold, false)).not.toContain(esc)
    expect(printable('Zürich 東京 🔥\nnext', false)).toBe('Zürich 東京 🔥\nnext')
  })

  it('never lets through an escape that is not one of our colours', () => {
    const pieces = fc.constantFrom(esc, '[', '1', '31', '2', ';', 'm', 'J', 'x', '\u009b', '\n')
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 20 }), (parts) => {
        const [first, ...rest] = printable(parts.join(''), true).split(esc)
        expect([first, ...rest].join('')).not.toContain('\u009b')
        for (const part of rest) expect(part).toMatch(/^\[(0|1|2|31|32|33|36)m/)
      }),
    )
  })

  it('stays JSON, with nothing a terminal would obey', () => {
    let text = ''
    const write = vi.spyOn(process.stdout, 'write').mockImplementation((part) => {
      text += part
      return true
    })
    const value = { title: `a${esc}[2J\u009b2J\u007f\u202e` }
    printJson(value)
    write.mockRestore()
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that none is left is what is tested.
    expect(text).not.toMatch(/[\u001b\u007f-\u009f\u202e]/)
    expect(JSON.parse(text)).toEqual(value)
  })
})

describe('a table', () => {
  it('pads each column to its widest cell, colours taking no room', () => {
    expect(
      table([
        ['A', 'B', 'C'],
        [`${esc}[1mlong${esc}[0m`, '🔥', 'x'],
      ]),
    ).toEqual(['A     B  C', `${esc}[1mlong${esc}[0m  🔥  x`])
  })

  it('gives a row one line, whatever its cells hold', () => {
    expect(table([['a\nINC-2 CRITICAL', 'b']])).toEqual(['a INC-2 CRITICAL  b'])
  })

  it('is empty without rows', () => {
    expect(table([])).toEqual([])
  })
})

it.each([
  [-1, '0s'],
  [59.4, '59s'],
  [59.6, '1m0s'],
  [93, '1m33s'],
  [3_600, '1h0m'],
  [172_800, '2d0h'],
])('writes %d seconds as %s', (seconds, text) => {
  expect(span(seconds)).toBe(text)
})

it('says times in whole seconds without milliseconds, in columns that still fit', () => {
  const [first, second] = table([
    ['2026-01-02T03:04:05.000Z', 'a'],
    ['2026-01-02T03:04:05.250Z', 'b'],
  ])
  expect(first).toBe('2026-01-02T03:04:05Z      a')
  expect(second).toBe('2026-01-02T03:04:05.250Z  b')
  const written = vi.spyOn(process.stdout, 'write').mockImplementation(() => true)
  print('began 2026-01-02T03:04:05.000Z, took 1.000Z')
  printAsIs('at 2026-01-02T03:04:05.000Z')
  printJson('2026-01-02T03:04:05.000Z')
  const lines = written.mock.calls.map(([line]) => line)
  written.mockRestore()
  expect(lines).toEqual([
    'began 2026-01-02T03:04:05Z, took 1.000Z\n',
    'at 2026-01-02T03:04:05.000Z\n',
    '"2026-01-02T03:04:05.000Z"\n',
  ])
})

it('writes a ratio as whole percents, never as all or nothing where it is not', () => {
  expect(percent(0.856)).toBe('86 %')
  expect([percent(0.999), percent(0.001)]).toEqual(['> 99 %', '< 1 %'])
})
