import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isFault } from './fault.ts'
import { everyToken, hclBody } from './hcl-body.ts'
import { hclTemplate, hclTokens, placeOf, placesOf } from './hcl-token.ts'

const kinds = (text: string) => hclTokens(text).map(({ kind, text: said }) => `${kind} ${said}`)

describe('tokens of HCL', () => {
  it('are those of the specification', () => {
    expect(kinds('a-b = 1.5e-3 # c\nx == y ? [..."z"] : core::f(1) // d\r\n/* e\n */ <= &&')).toEqual([
      ...['IDENT a-b', 'PUNCTUATION =', 'NUMBER 1.5e-3', 'COMMENT # c', 'NEWLINE \n'],
      ...['IDENT x', 'PUNCTUATION ==', 'IDENT y', 'PUNCTUATION ?', 'PUNCTUATION [', 'PUNCTUATION ...'],
      ...['STRING z', 'PUNCTUATION ]', 'PUNCTUATION :', 'IDENT core', 'PUNCTUATION ::', 'IDENT f'],
      ...['PUNCTUATION (', 'NUMBER 1', 'PUNCTUATION )', 'COMMENT // d', 'NEWLINE \r\n'],
      ...['COMMENT /* e\n */', 'PUNCTUATION <=', 'PUNCTUATION &&'],
    ])
  })

  it('hold what strings, heredocs and templates interpolate', () => {
    const text = `a = "x\${ f("}") }y$\${z}%{ if true ~}t%{~ endif }"\nb = <<-E\n  \${g({ h = 1 })}\n  "E"\n  E\n`
    const inner = [...everyToken(hclTokens(text))]
      .slice(1)
      .map((part) => part.map(({ text: said }) => said).join(' '))
    expect(inner).toEqual(['f ( } )', 'if true', 'endif', 'g ( { h = 1 } )'])
    expect(hclTokens(text).find(({ kind }) => kind === 'STRING')?.text).toBe(`xy\${z}t`)
    expect(hclTokens(text).find(({ kind }) => kind === 'HEREDOC')?.text).toBe('  \n  "E"\n')
    expect(hclTemplate(`Hi "\${name}\n`).templates).toHaveLength(1)
  })

  it('cover the text without overlap, or say where it cannot be read', () => {
    const piece = fc.constantFrom(
      'a',
      '"',
      '${',
      '}',
      '<<E\n',
      'E\n',
      '\n',
      '#',
      '/*',
      '*/',
      '\\',
      '{',
      '~',
      '%{',
      '1',
      '=',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(piece).map((all) => all.join('')),
        ),
        (text) => {
          try {
            const tokens = hclTokens(text)
            expect(text.slice(0, tokens[0]?.start ?? text.length).trim()).toBe('')
            for (const [at, { start, end }] of tokens.entries()) {
              expect(end).toBeGreaterThan(start)
              const next = tokens[at + 1]?.start ?? text.length
              expect(text.slice(end, next)).toMatch(/^[ \t]*$/)
            }
          } catch (error) {
            if (!isFault(error)) throw error
            expect(error.message).toMatch(/^Line \d+, column \d+: /)
          }
        },
      ),
      { numRuns: 1_000 },
    )
  })

  it('have the place that an editor shows', () => {
    expect(placeOf('ab\ncd', 4)).toEqual({ line: 2, column: 2 })
    const text = '\n\nab\n\ncd'
    const places = placesOf(text)
    for (let at = 0; at <= text.length; at += 1) expect(places(at)).toEqual(placeOf(text, at))
  })

  it('are refused where they nest without end', () => {
    expect(() => hclTokens(`"${'${"'.repeat(200)}`)).toThrow('levels within one another')
    expect(() => hclBody('a {\n'.repeat(200))).toThrow('blocks within one another')
    expect(() => hclTokens(' '.repeat(1_048_577))).toThrow('more than 1048576')
  })
})

describe('the structure of a file', () => {
  it('is attributes and blocks, whatever the layout', () => {
    const { body } = hclBody('a = [\n1, # }\n{ b = 2 }\n]\nc "d" e { f = 1 }\ng {\n  h = (\n 1)\n  i {}\n}\n')
    expect(body.attributes.map(({ name, value }) => [name, value[0]?.text, value.at(-1)?.text])).toEqual([
      ['a', '[', ']'],
    ])
    expect(body.blocks.map(({ type, labels }) => [type, ...labels])).toEqual([['c', 'd', 'e'], ['g']])
    expect(body.blocks[0]?.body.attributes[0]).toMatchObject({ name: 'f' })
    expect(body.blocks[1]?.body).toMatchObject({ attributes: [{ name: 'h' }], blocks: [{ type: 'i' }] })
  })
})
