import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isFault } from '../../../kernel/fault.ts'
import { editVariables, readVariables, type VariableValue } from './index.ts'

const path = 'infra/envs/prod/terraform.tfvars'
const valuesOf = (text: string, file = path) =>
  Object.fromEntries(readVariables(file, text).map(({ name, value }) => [name, value]))

const text = `# Who runs where. orders_provider = "nowhere"
orders_provider   = "aws"      # was "alibaba" = until May
orders_region     = "us-east-1" // x = 1
cart_provider="alibaba"
/* cart_region = "commented" */
sizes = {
  orders = "m5.large", "cart" : "ecs.g6.large" # {
  deep = { list = [1, -2.5e1, true, null,], }
}
zones = [
  "a", # first
  "b",
]
motd = <<-EOT
    orders_provider = "not this one"
      indented
    EOT
quote = "say \\"hi\\" to $\${you} and %%{them} \\u00e9"
count = 3
on = true
`

describe('a file of variables', () => {
  it('is read as the engine would', () => {
    expect(valuesOf(text)).toEqual({
      ...{ orders_provider: 'aws', orders_region: 'us-east-1', cart_provider: 'alibaba' },
      sizes: { orders: 'm5.large', cart: 'ecs.g6.large', deep: { list: [1, -25, true, null] } },
      ...{ zones: ['a', 'b'], motd: 'orders_provider = "not this one"\n  indented\n' },
      ...{ quote: `say "hi" to \${you} and %{them} é`, count: 3, on: true },
    })
    expect(readVariables(path, text)[2]).toMatchObject({ name: 'cart_provider', line: 4, column: 1 })
  })

  it('is edited in exactly the value', () => {
    const edited = editVariables(path, text, [{ name: 'orders_provider', value: 'alibaba' }])
    expect(edited).toBe(text.replace('orders_provider   = "aws"', 'orders_provider   = "alibaba"'))
  })

  it('keeps its line ends and lack of a last one', () => {
    const windows = 'a = 1 # one\r\nb = [\r\n  2,\r\n]\r\nc = <<E\r\nx\r\nE\r\nd = "z"'
    expect(valuesOf(windows)).toEqual({ a: 1, b: [2], c: 'x\r\n', d: 'z' })
    expect(editVariables(path, windows, [{ name: 'b', value: [3, 4] }])).toBe(
      'a = 1 # one\r\nb = [3, 4]\r\nc = <<E\r\nx\r\nE\r\nd = "z"',
    )
    expect(editVariables(path, windows, [{ name: 'c', value: true }])).toContain('c = true\r\nd = "z"')
    expect(editVariables(path, windows, [{ name: 'e', value: 5 }], { add: true })).toBe(
      `${windows}\r\ne = 5\r\n`,
    )
  })

  it('is not touched where it says so already', () => {
    const odd = 'a="x"\nb   =   [1,\n2]'
    expect(
      editVariables(path, odd, [
        { name: 'a', value: 'x' },
        { name: 'b', value: [1, 2] },
      ]),
    ).toBe(odd)
  })

  it('is written so that no text is taken for code', () => {
    for (const value of [
      `\${file("/etc/passwd")}`,
      '%{ if true }',
      '"\n\r\t\\',
      '\u0000\u2028',
      '$${x}',
      '$',
      '%%{',
    ]) {
      const edited = editVariables(path, 'a = 1\n', [{ name: 'a', value }])
      expect(valuesOf(edited)).toEqual({ a: value })
      expect(edited.split('\n')).toHaveLength(2)
    }
  })

  it.each([
    ['a = 1\na = 2\n', 'Line 2, column 1: a was set before, in line 1'],
    ['a = \n', 'Line 1, column 1: a has no value'],
    ['a = var.b\n', 'Line 1, column 5: a constant was expected, not "var"'],
    [`a = "x\${b}"\n`, 'Line 1, column 5: a constant may not interpolate'],
    ['a = 1 + 2\n', 'Line 1, column 7: a constant was expected for a, not an expression'],
    ['a = "x\n', 'Line 1, column 5: a string that does not end'],
    ['a = [1\n', 'the value of a lacks a ]'],
    ['a = [1}\n', 'Line 1, column 7: a } that closes nothing'],
    ['a = <<E\nx\n', 'a heredoc that does not end with E'],
    ['a = <<E\nx\nE  \n', 'Line 3, column 1: spaces after the marker'],
    ['block {\n}\n', 'Line 1, column 1: a block "block" has no place'],
    ['a 1\n', 'Line 1, column 3: expected = or {'],
    ['ok = 1\n  /* x\n', 'Line 2, column 3: a comment that does not end'],
    ['a = "\\q"\n', 'Line 1, column 6: an escape that is none'],
    ['a = 1e999\n', 'Line 1, column 5: a number was expected'],
    ['{', 'Line 1, column 1: a name was expected'],
    [`a = ${'['.repeat(100)}${']'.repeat(100)}`, 'levels within one another'],
  ])('is refused with its place: %j', (broken, sentence) => {
    expect(() => readVariables(path, broken)).toThrow(sentence)
    expect(() => editVariables(path, broken, [{ name: 'a', value: 1 }])).toThrow(sentence)
  })

  it('refuses a variable that is not there, a change that sets one twice, and another kind of file', () => {
    const set = (name: string) => [{ name, value: 1 }]
    expect(() => editVariables(path, 'a = 1', set('b'))).toThrow(
      expect.objectContaining({ code: 'NOT_FOUND' }),
    )
    expect(() => editVariables(path, 'a = 1', [...set('a'), ...set('a')])).toThrow('set twice')
    expect(() => editVariables('main.tf', 'a = 1', set('a'))).toThrow('no file of variables')
    const half = [{ name: 'a', value: '\ud800' }]
    expect(() => editVariables(path, 'a = 1', half)).toThrow('half a character')
    expect(editVariables(path, 'a = 1', [{ name: 'a', value: -0 }])).toBe('a = 0')
    expect(() => editVariables(path, 'a = 1', [{ name: 'a', value: Number.NaN }])).toThrow('no number')
    expect(() => editVariables(path, 'a = 1', set('b c'), { add: true })).toThrow('no name')
  })
})

describe('a file of variables in JSON', () => {
  const file = 'x.auto.tfvars.json'
  it('is edited in exactly the value', () => {
    const json = '{\r\n  "a" : "x,}",\r\n  "b": {"a": [1, "]"]},\r\n  "c": 1e2\r\n}\r\n'
    expect(valuesOf(json, file)).toEqual({ a: 'x,}', b: { a: [1, ']'] }, c: 100 })
    expect(editVariables(file, json, [{ name: 'b', value: false }])).toBe(
      json.replace('{"a": [1, "]"]}', 'false'),
    )
    expect(editVariables(file, json, [{ name: 'c', value: 'y"' }])).toBe(json.replace('1e2', '"y\\""'))
    expect(valuesOf(editVariables(file, json, [{ name: 'd', value: 4 }], { add: true }), file)).toMatchObject(
      { d: 4 },
    )
    expect(valuesOf(editVariables(file, '{}', [{ name: 'd', value: [4] }], { add: true }), file)).toEqual({
      d: [4],
    })
  })
  it('is refused where a key occurs twice, however it is written, or it is no object', () => {
    expect(() => readVariables(file, '{"a": 1,\n "\\u0061": 2}')).toThrow(
      'Line 2, column 2: a was set before, in line 1',
    )
    for (const broken of ['[]', '1', '', '{"a": 1,}', '{"a" 1}'])
      expect(() => readVariables(file, broken)).toThrow(expect.objectContaining({ code: 'INVALID_REQUEST' }))
  })
})

/** Names, values and everything that may stand around them. */
const scalar = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.boolean(),
  fc.integer(),
  fc.constant(null),
)
const value: fc.Arbitrary<VariableValue> = fc.oneof(
  scalar,
  fc.array(scalar, { maxLength: 4 }),
  fc.dictionary(
    fc.string({ maxLength: 5 }).filter((k) => k !== '__proto__'),
    scalar,
    { maxKeys: 3, noNullPrototype: true },
  ),
)
const literal = (one: VariableValue, wide: boolean): string => {
  if (typeof one === 'string' && wide && /^[\w ]+$/.test(one) && one.trim() !== 'EOT')
    return JSON.stringify(one)
  const [written] = [editVariables('t.tfvars', 'a = "~"', [{ name: 'a', value: one }])]
  return written!.slice(4)
}
const noise = fc.constantFrom('', '# a = 1\n', '// "\n', '/* b = { */\n', '\n\n', '  ')
const entry = fc.record({
  value,
  equals: fc.constantFrom('=', ' = ', '   =  '),
  tail: fc.constantFrom('', ' # x = "y"', ' // {', ' /* ] */'),
  before: noise,
})

describe('of every file of variables', () => {
  it.each(['\n', '\r\n'])(
    'editing one changes its bytes alone, and the others are read as before (%j)',
    (end) => {
      fc.assert(
        fc.property(
          fc.array(entry, { minLength: 1, maxLength: 6 }),
          fc.nat(),
          value,
          (entries, pick, next) => {
            const file = entries
              .map(
                ({ value: one, equals, tail, before }, at) =>
                  `${before}v${at}${equals}${literal(one, true)}${tail}\n`,
              )
              .join('')
              .replaceAll('\n', end)
            const chosen = pick % entries.length
            const [variable] = readVariables(path, file).filter(({ name }) => name === `v${chosen}`)
            const edited = editVariables(path, file, [{ name: `v${chosen}`, value: next }])
            expect(edited.startsWith(file.slice(0, variable!.start))).toBe(true)
            expect(edited.endsWith(file.slice(variable!.end))).toBe(true)
            const wanted = Object.fromEntries(
              entries.map(({ value: one }, at) => [`v${at}`, at === chosen ? next : one]),
            )
            expect(valuesOf(edited)).toEqual(wanted)
          },
        ),
        { numRuns: 200 },
      )
    },
  )

  it('a large one is read in one pass', () => {
    const large = '\n'.repeat(500_000) + Array.from({ length: 40_000 }, (_, at) => `v${at} = 1\n`).join('')
    expect(readVariables(path, large)).toHaveLength(40_000)
    expect(readVariables(path, large).at(-1)).toMatchObject({ line: 540_000, column: 1 })
    expect(() => readVariables(path, 'x'.repeat(1_048_577))).toThrow('more than 1048576')
  })

  it('any text is read or refused, and nothing else', () => {
    const piece = fc.constantFrom(
      'a',
      '=',
      '"',
      '{',
      '}',
      '[',
      ']',
      '\n',
      '<<E\n',
      'E',
      '${',
      '#',
      '/*',
      '*/',
      '1',
      ' ',
      ',',
      '\\',
      '-',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(piece, { maxLength: 40 }).map((all) => all.join('')),
        ),
        (any) => {
          for (const file of [path, 'x.tfvars.json'])
            try {
              readVariables(file, any)
            } catch (error) {
              expect(isFault(error) && error.code).toBe('INVALID_REQUEST')
            }
        },
      ),
      { numRuns: 2_000 },
    )
  })
})
