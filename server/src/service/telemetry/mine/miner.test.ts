import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../../kernel/random.ts'
import { MineConfig, Miner, matchesTemplate } from './index.ts'

const open = (part: Partial<MineConfig> = {}): Miner => new Miner(MineConfig.parse(part))

function mine(lines: readonly string[], part: Partial<MineConfig> = {}) {
  const miner = open(part)
  const ids = lines.map((line) => miner.push(line))
  const templates = ids.map((id) => miner.statements()[miner.statementOf(id)]!.template)
  return { miner, templates }
}
const templatesOf = (lines: readonly string[], part?: Partial<MineConfig>): string[] =>
  mine(lines, part)
    .miner.statements()
    .map(({ template }) => template)
const messages = { layout_lines: 0 }

/** Lines as programs write them, with values of every kind, and lines as nobody does. */
const someWord = fc.constantFrom(
  'error',
  'user',
  'alice',
  'bob',
  'opened',
  'GET',
  'com.acme.shop.Cart',
  'x+',
  'état',
  '…',
)
const someValue = fc.oneof(
  fc.integer().map(String),
  fc.ipV4(),
  fc.uuid(),
  fc.constantFrom(
    '0x1f',
    '/var/log/x.log',
    'https://a.b/c?d=e',
    '1.2 KB',
    '<*>',
    '"quoted text"',
    '\u001b[31m',
    '<none>',
  ),
)
const someLine = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .array(
        fc.tuple(
          fc.oneof(someWord, someValue),
          fc.constantFrom(' ', '=', ': ', ', ', ' (', ') ', '  ', '\t'),
        ),
        {
          maxLength: 12,
        },
      )
      .map((parts) => parts.flat().join('')),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
)

describe('whatever the lines', () => {
  test('a template fits each of its lines, and each line has one', () => {
    fc.assert(
      fc.property(
        fc.array(someLine, { maxLength: 80 }),
        fc.constantFrom(0, 4, 256),
        (lines, layout_lines) => {
          const { miner, templates } = mine(lines, { layout_lines, patterns_max: 64 })
          for (const [at, line] of lines.entries())
            expect(matchesTemplate(templates[at]!, miner.messageOf(line)), `${line} ~ ${templates[at]}`).toBe(
              true,
            )
          expect(miner.statements().reduce((sum, { count }) => sum + count, 0)).toBe(lines.length)
        },
      ),
    )
  })
  test('a template fits each of its lines where words and patterns run out too', () => {
    const random = seededRandom(5)
    const lines = Array.from({ length: 6_000 }, () =>
      Array.from({ length: 1 + Math.floor(random.next() * 8) }, () =>
        [...String(Math.floor(random.next() ** 3 * 40_000))]
          .map((digit) => 'abcdefghij'[Number(digit)])
          .join(''),
      ).join(random.next() < 0.5 ? ' ' : ', '),
    )
    const { miner, templates } = mine(lines, { ...messages, patterns_max: 100, words_max: 1_024 })
    for (const [at, line] of lines.entries())
      expect(matchesTemplate(templates[at]!, line), `${line} ~ ${templates[at]}`).toBe(true)
    expect(miner.size.words).toBeLessThanOrEqual(1_024)
  })
  test('asking in between changes nothing', () => {
    fc.assert(
      fc.property(fc.array(someLine, { maxLength: 60 }), fc.integer({ min: 1, max: 9 }), (lines, every) => {
        const asked = open({ layout_lines: 8 })
        const ids = lines.map((line, at) => {
          if (at % every === 0) asked.statements()
          return asked.push(line)
        })
        const { miner, templates } = mine(lines, { layout_lines: 8 })
        expect(asked.statements()).toEqual(miner.statements())
        expect(ids.map((id) => asked.statements()[asked.statementOf(id)]!.template)).toEqual(templates)
      }),
    )
  })
})

describe('memory stays within its bounds', () => {
  const random = seededRandom(3)
  const word = (letters: number): string =>
    Array.from({ length: letters }, () => String.fromCharCode(97 + Math.floor(random.next() * 26))).join('')
  const words = (count: number, letters: number): string =>
    Array.from({ length: count }, () => word(letters)).join(' ')
  test.each([
    ['every word is new', () => words(12, 9)],
    ['one first word, all others from a few hundred', () => `error ${words(10, 2)}`],
    ['every length', () => words(Math.floor(random.next() * 90), 1)],
    ['words without end', () => words(150, 3)],
  ])('where %s', (_, line) => {
    const bounds = { patterns_max: 500, words_max: 1_024 }
    const { miner } = mine(Array.from({ length: 4_000 }, line), bounds)
    // Beside the patterns there is one a width for lines that found no room.
    expect(miner.size.patterns).toBeLessThanOrEqual(500 + 97)
    expect(miner.size.words).toBeLessThanOrEqual(1_024)
    expect(miner.statements().reduce((sum, { count }) => sum + count, 0)).toBe(4_000)
  })
  test('a statement seen after a flood of others still has its own template', () => {
    const flood = Array.from({ length: 2_000 }, () => words(6, 8))
    const steady = Array.from({ length: 50 }, (_, i) => `disk sda is ${i} percent full now`)
    const { templates } = mine([...flood, ...steady], { ...messages, patterns_max: 200, words_max: 2_000 })
    expect(templates.at(-1)).toBe('disk sda is <*> percent full now')
  })
})

describe('values and constants', () => {
  test.each([
    [['took 12 ms for 10.0.0.1:80', 'took 3 ms for 10.9.0.1:443'], 'took <*> for <*>:<*>'],
    [['block blk_-38650 is gone', 'block blk_1608 is gone'], 'block <*> is gone'],
    [['open /etc/a b', 'open /var/log/b/c.log b'], 'open <*> b'],
    [['see https://a.b/c, now', 'see http://x.example/y?z=%20, now'], 'see <*>, now'],
    [['from EA:E0:8D:FF:F2:9F to x', 'from 00:0D:60:EA:E0:8D to x'], 'from <*> to x'],
    [['sent 1.2 KB of it', 'sent 803 bytes of it'], undefined],
    [['sent 1.2 KB of it', 'sent 3 MB of it'], 'sent <*> of it'],
    [['began Sat Jul 9 12:16:49 2005 here', 'began Sun Jun 12 01:00:00 2005 here'], 'began <*>:<*>:<*> here'],
    [['tag="View Lock", n=1', 'tag="Audio", n=2'], 'tag="<*>", n=<*>'],
    [['temperature: 1 2 3', 'temperature: 1 2 3 4 5'], 'temperature: <*>'],
    [['\u001b[31mred\u001b[0m is it', 'red is it'], 'red is it'],
    [['host a.b.example.com is up', 'host x.y.example.org is up'], 'host <*> is up'],
    [['login from 10.0.0.1 (a.b.c) now', 'login from 10.0.0.2 () now'], 'login from <*>)<*>'],
  ])('%j', (lines, template) => {
    const found = templatesOf(lines, messages)
    if (template === undefined) expect(found).toHaveLength(2)
    else if (template.endsWith(')<*>')) expect(found).toHaveLength(1)
    else expect(found).toEqual([template])
  })
  test('a message in quotes is read, other quoted values are not', () => {
    const line = (text: string, file: string): string => `level=info msg="${text}" file="${file}"`
    expect(templatesOf([line('it began', 'a b'), line('it ended', 'c')], messages).sort()).toEqual([
      'level=info msg="it began" file="<*>"',
      'level=info msg="it ended" file="<*>"',
    ])
  })
  test('few words in one position are alternatives that matter, many are values', () => {
    const states = ['started', 'stopped', 'paused'].map((state) => `the machine of this tenant was ${state}`)
    expect(templatesOf(states, messages)).toHaveLength(3)
    const names = [...'abcdefghijklmnopqrstuvwxyz'].map(
      (letter) => `session opened for user ${letter}${letter}x`,
    )
    expect(templatesOf(names, messages)).toEqual(['session opened for user <*>'])
    const known = names.map((line) => line.replace('opened', 'closed'))
    expect(templatesOf([...names, ...known], messages).sort()).toEqual([
      'session closed for user <*>',
      'session opened for user <*>',
    ])
  })
  test('a thousand names stay one statement, and its patterns become one', () => {
    const names = Array.from({ length: 1_000 }, (_, i) =>
      [...String(i)].map((digit) => 'abcdefghij'[Number(digit)]).join(''),
    )
    const { miner } = mine(
      names.map((name) => `failed password for user ${name} from 10.0.0.1 port 22`),
      messages,
    )
    expect(miner.statements().map(({ template }) => template)).toEqual([
      'failed password for user <*> from <*> port <*>',
    ])
    expect(miner.size.patterns).toBeLessThan(200)
  })
  test('a word where other lines have a value is a value', () => {
    const lines = [
      'login of root from host 10.0.0.1 was refused',
      'login of root from host zummit was refused',
    ]
    expect(templatesOf(lines, messages)).toEqual(['login of root from host <*> was refused'])
    expect(templatesOf(['callback for 12', 'callback for null'], messages)).toHaveLength(2)
  })
})

describe('headers are found by where they stand', () => {
  const many = (line: (i: number) => string): string[] => Array.from({ length: 300 }, (_, i) => line(i))
  const two = (i: number): string => String(i % 60).padStart(2, '0')
  const text = (i: number): string => ['cache is warm', `took ${i} tries`, 'peer went away: reset'][i % 3]!
  const level = (i: number): string => ['INFO', 'WARN', 'ERROR'][i % 3]!
  const source = (i: number): string => ['cart', 'pay', 'web'][i % 3]!
  test.each<[string, (i: number) => string]>([
    ['syslog', (i) => `Nov ${1 + (i % 9)} 05:03:${two(i)} host-${i % 2} ${source(i)}[${i}]: ${text(i)}`],
    ['log4j', (i) => `2026-11-21 05:03:${two(i)},123 ${level(i)} [pool ${i % 3} of 3] c.e.Cart: ${text(i)}`],
    ['ISO with dash', (i) => `2026-11-21T05:03:${two(i)}.123Z - ${level(i)} [x@${i}] - ${text(i)}`],
    ['brackets', (i) => `[Sat Nov 21 05:03:${two(i)} 2026] [${level(i).toLowerCase()}] ${text(i)}`],
    ['bars', (i) => `20261121-05:03:${two(i)}:606|Cart_Main|${3_000 + i}|${text(i)}`],
    ['padded', (i) => `11-21 05:03:${two(i)}.811  170${i % 3}  2395 ${level(i)[0]} Cart: ${text(i)}`],
    [
      'epoch',
      (i) =>
        `- ${1_117_838_570 + i} 2026.11.21 node${i % 4} Nov 21 05:03:${two(i)} n${i % 4}/n${i % 4} ${source(i)}: ${text(i)}`,
    ],
    [
      'program and dash',
      (i) => `[11.21 05:03:${two(i)}] ${source(i)}.exe ${i % 2 ? '*64 ' : ''}- ${text(i)}`,
    ],
    [
      'request ids',
      (i) =>
        `api.log 2026-11-21 05:03:${two(i)}.1 29 ${level(i)} shop.${source(i)} [req-${i} - -] ${text(i)}`,
    ],
    ['none', text],
  ])('%s', (_, line) => {
    expect(templatesOf(many(line)).sort()).toEqual([
      'cache is warm',
      'peer went away: reset',
      'took <*> tries',
    ])
  })
  test('a line without the header of the others is all message', () => {
    const lines = many((i) => `2026-11-21 05:03:${two(i)} ERROR Cart: ${text(i)}`)
    lines[20] = '    at com.acme.Cart.add(Cart.java:12)'
    const { miner } = mine(lines)
    expect(miner.messageOf(lines[20]!).trim()).toBe('at com.acme.Cart.add(Cart.java:12)')
    expect(miner.messageOf(lines[21]!)).toBe('cache is warm')
  })
})
