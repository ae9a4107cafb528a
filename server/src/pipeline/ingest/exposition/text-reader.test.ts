import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type OracleSample, oracle } from './oracle.suite.ts'
import { ExpositionSyntax, type LabelPairs } from './series-key.ts'
import { TargetMemory } from './target-memory.ts'
import { type SampleSink, TextReader } from './text-reader.ts'

type Dialect = 'text' | 'openmetrics'

/** Keeps series by their labels, as a catalogue would, and what was read of one text. */
class Collector implements SampleSink {
  readonly series: Record<string, string>[] = []
  resolved = 0
  samples: OracleSample[] = []
  resolve(pairs: LabelPairs): number {
    this.resolved += 1
    const labels: Record<string, string> = Object.create(null)
    for (const [name, value] of pairs) {
      if (Object.hasOwn(labels, name)) throw new ExpositionSyntax(0, 'twice')
      labels[name] = value
    }
    if (!labels.__name__) throw new ExpositionSyntax(0, 'no name')
    return this.series.push(labels) - 1
  }
  sample(ref: number, timeMs: number, value: number): void {
    const time = Number.isNaN(timeMs) ? null : timeMs
    this.samples.push({ labels: this.series[ref]!, value, timeMs: time, exemplar: null })
  }
  exemplar(_ref: number, pairs: LabelPairs, value: number, timeMs: number): void {
    const labels = Object.assign(Object.create(null), Object.fromEntries(pairs))
    this.samples.at(-1)!.exemplar = { labels, value, timeMs: Number.isNaN(timeMs) ? null : timeMs }
  }
  refuse(): void {}
  repeat(): void {}
}

class Scrapes {
  readonly memory = new TargetMemory()
  readonly collector = new Collector()
  readonly #reader = new TextReader()

  /** What was read, and the texts of the series that vanished; 'refused' for a text that is malformed. */
  read(text: string, dialect: Dialect): { samples: OracleSample[]; vanished: string[] } | 'refused' {
    const { memory, collector } = this
    collector.samples = []
    memory.begin(dialect)
    const before = memory.size
    try {
      const layout = this.#reader.read(Buffer.from(text), 0, memory, collector, false)
      const vanished = memory.commit(layout, before, this.#reader.found).toString().split('\n').slice(0, -1)
      return { samples: collector.samples, vanished }
    } catch (error) {
      if (!(error instanceof ExpositionSyntax)) throw error
      memory.fail(before)
      return 'refused'
    }
  }
}

/** As the reader has it: a series without a time of its own counts once. */
function expected(text: string, dialect: Dialect): OracleSample[] | 'refused' {
  try {
    const seen = new Set<string>()
    return oracle(text, dialect).filter((sample) => {
      const key = JSON.stringify(Object.entries(sample.labels))
      const repeated = sample.timeMs === null && seen.has(key)
      seen.add(key)
      return !repeated
    })
  } catch {
    return 'refused'
  }
}

const name = fc.constantFrom('up', 'http_requests_total', 'a:b', '_x', 'node_cpu_seconds_total', 'h_bucket')
const labelName = fc.constantFrom('le', 'method', '_a', 'code', 'path')
const labelValue = fc.constantFrom('', 'get', 'a"b', 'a\\b', 'a\nb', 'ü', '日本', ' x ', '{},=', '#')
const number = fc.oneof(
  fc.constantFrom(
    '0',
    '1',
    '-0',
    '+5',
    '1e3',
    '1.5E-7',
    '.5',
    '5.',
    'NaN',
    '+Inf',
    '-inf',
    'Infinity',
    '1e400',
  ),
  fc.double({ noNaN: true }).map(String),
  fc.constantFrom(
    '0.1',
    '123456789012345678',
    '1.7976931348623157e308',
    '4.9e-324',
    '1e23',
    '9007199254740993',
  ),
)
const escaped = (text: string): string => text.replace(/[\\"\n]/g, (c) => (c === '\n' ? '\\n' : `\\${c}`))
const seriesText = fc
  .tuple(
    name,
    fc.uniqueArray(fc.tuple(labelName, labelValue), { selector: ([n]) => n, maxLength: 3 }),
    fc.boolean(),
  )
  .map(([metric, labels, utf8]) => {
    const inner = labels.map(([n, v]) => `${n}="${escaped(v)}"`)
    if (utf8) return `{"${metric}.x"${inner.map((one) => `,${one}`).join('')}}`
    return inner.length === 0 ? metric : `${metric}{${inner.join(',')}}`
  })
const textTime = fc.option(fc.constantFrom('1700000000000', '-5', '0'), { nil: '', freq: 3 })
const openTime = fc.option(fc.constantFrom('1700000000.123', '-5', '0.0005'), { nil: '', freq: 3 })
const exemplar = fc.option(fc.constantFrom(' # {trace_id="a"} 0.5', ' # {} 1 1700000000.5'), {
  nil: '',
  freq: 3,
})
const textLine = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.tuple(seriesText, number, textTime).map((parts) => parts.filter(Boolean).join(' ')),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom('# HELP up Text with "quotes"', '# TYPE up gauge', '# a remark', '', '  \t'),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '# TYPE up wrong',
      'up',
      '{} 1',
      'up{a="b" 1',
      'up 1 2 3',
      '9up 1',
      'up{a="b",} 1',
    ),
  },
)
const openLine = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .tuple(seriesText, number, openTime, exemplar)
      .map(([series, value, time, example]) => [series, value, time].filter(Boolean).join(' ') + example),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom('# HELP up Text', '# TYPE up gauge', '# UNIT up_s s', '# TYPE up stateset'),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('# remark', '', 'up  1', 'up 1 ', '# EOF', '# UNIT up s', 'up 1 NaN'),
  },
)
const joined = (lines: readonly string[], dialect: Dialect): string =>
  lines.map((line) => `${line}\n`).join('') + (dialect === 'openmetrics' ? '# EOF\n' : '')

describe.each<[Dialect, fc.Arbitrary<string>]>([
  ['text', textLine],
  ['openmetrics', openLine],
])('exposition as %s', (dialect, line) => {
  it('is read as a plain reader reads it, also where it repeats, changes its order, and gains and loses series', () => {
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 1, maxLength: 12 }),
        fc.array(fc.array(fc.nat(30), { maxLength: 14 }), { minLength: 1, maxLength: 4 }),
        (lines, orders) => {
          const scrapes = new Scrapes()
          let before = new Set<string>()
          for (const order of [lines.keys().toArray(), ...orders]) {
            const text = joined(
              order.map((at) => lines[at % lines.length]!),
              dialect,
            )
            const wanted = expected(text, dialect)
            const got = scrapes.read(text, dialect)
            if (wanted === 'refused') {
              expect(got).toBe('refused')
              before = new Set()
              continue
            }
            expect(got).not.toBe('refused')
            if (got === 'refused') return
            expect(got.samples).toEqual(wanted)
            const last = new Map(oracle(text, dialect).map((s) => [JSON.stringify(s.labels), s.timeMs]))
            const gone = [...before].filter((key) => !last.has(key))
            expect(got.vanished).toHaveLength(gone.length)
            before = new Set([...last].filter(([, timeMs]) => timeMs === null).map(([key]) => key))
          }
        },
      ),
      { numRuns: 1_000 },
    )
  })

  it('is refused or read as a plain reader does it, whatever is broken in it', () => {
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 1, maxLength: 6 }),
        fc.array(fc.tuple(fc.nat(), fc.constantFrom(...'{}",=# \t\n\\1eé0_', ''))),
        (lines, breaks) => {
          const scrapes = new Scrapes()
          const whole = joined(lines, dialect)
          scrapes.read(whole, dialect)
          let text = whole
          for (const [at, char] of breaks.slice(0, 3)) {
            const place = at % (text.length + 1)
            text = text.slice(0, place) + char + text.slice(place + 1)
          }
          const wanted = expected(text, dialect)
          const got = scrapes.read(text, dialect)
          if (wanted === 'refused') expect(got).toBe('refused')
          else expect(got).toMatchObject({ samples: wanted })
        },
      ),
      { numRuns: 2_000 },
    )
  })

  it('costs no string for series that are known', () => {
    const scrapes = new Scrapes()
    const text = (turn: number): string =>
      joined(
        Array.from({ length: 50 }, (_, at) => `# TYPE m${at} gauge\nm${at}{a="${at}"} ${turn}`),
        dialect,
      )
    scrapes.read(text(1), dialect)
    expect(scrapes.collector.resolved).toBe(50)
    expect(scrapes.read(text(2), dialect)).toMatchObject({ samples: expected(text(2), dialect) })
    expect(scrapes.collector.resolved).toBe(50)
  })
})

it.each([
  [
    'up 1\nup{a="\xff"} 1\n',
    Buffer.from([0x75, 0x70, 0x7b, 0x61, 0x3d, 0x22, 0xff, 0x22, 0x7d, 0x20, 0x31, 0x0a]),
  ],
  ['a NUL', Buffer.from('up 1\n\0\n')],
])('bytes that are no text are refused: %s', (_, bytes) => {
  const memory = new TargetMemory()
  memory.begin('text')
  expect(() => new TextReader().read(bytes, 0, memory, new Collector(), false)).toThrow(ExpositionSyntax)
})
