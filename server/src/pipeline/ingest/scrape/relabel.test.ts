// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are Prometheus' templates
import { describe, expect, it } from 'vitest'
import { RelabelConfig, relabeler } from './relabel.ts'

const run = (
  labels: Record<string, string>,
  ...rules: Record<string, unknown>[]
): Record<string, string> | 'dropped' => {
  const map = new Map(Object.entries(labels))
  return relabeler(rules.map((rule) => RelabelConfig.parse(rule)))(map) ? Object.fromEntries(map) : 'dropped'
}

// Expected values are those of Prometheus' documented behaviour; the whole set is also compared with a real Prometheus.
describe('relabelling', () => {
  it.each<[string, Record<string, string>, Record<string, unknown>[], Record<string, string> | 'dropped']>([
    [
      'replace by groups',
      { a: 'foo', b: 'bar' },
      [{ source_labels: ['a', 'b'], regex: 'f(.*);(.*)r', target_label: 'c', replacement: '$1-${2}' }],
      { a: 'foo', b: 'bar', c: 'oo-ba' },
    ],
    [
      'a pattern is anchored',
      { a: 'xfoo' },
      [{ source_labels: ['a'], regex: 'foo', target_label: 'c', replacement: 'y' }],
      { a: 'xfoo' },
    ],
    [
      'an empty result removes',
      { a: 'foo', c: 'old' },
      [{ source_labels: ['a'], target_label: 'c', replacement: '' }],
      { a: 'foo' },
    ],
    [
      'the target may be a template',
      { a: 'foo' },
      [{ source_labels: ['a'], regex: '(f)(.*)', target_label: '${1}x', replacement: '$2' }],
      { a: 'foo', fx: 'oo' },
    ],
    [
      'a group runs as far as letters go',
      { a: 'foo' },
      [{ source_labels: ['a'], regex: '(.)(.*)', target_label: 'c', replacement: '$1x$$' }],
      { a: 'foo', c: '$' },
    ],
    [
      'named groups',
      { a: 'k=v' },
      [{ source_labels: ['a'], regex: '(?P<key>.*)=(?P<val>.*)', target_label: 'c', replacement: '${val}' }],
      { a: 'k=v', c: 'v' },
    ],
    ['keep what fits', { a: 'foo' }, [{ source_labels: ['a'], regex: 'fo+', action: 'keep' }], { a: 'foo' }],
    [
      'keep drops the rest',
      { a: 'bar' },
      [{ source_labels: ['a'], regex: 'fo+', action: 'keep' }],
      'dropped',
    ],
    ['drop', { a: 'foo' }, [{ source_labels: ['a'], regex: 'fo+', action: 'DROP' }], 'dropped'],
    [
      'keepequal',
      { a: '1', b: '1' },
      [{ source_labels: ['a'], target_label: 'b', action: 'keepequal' }],
      { a: '1', b: '1' },
    ],
    [
      'dropequal',
      { a: '1', b: '1' },
      [{ source_labels: ['a'], target_label: 'b', action: 'dropequal' }],
      'dropped',
    ],
    [
      'hashmod',
      { c: 'baz' },
      [{ source_labels: ['c'], target_label: 'd', action: 'hashmod', modulus: 1000 }],
      { c: 'baz', d: '976' },
    ],
    [
      'labelmap',
      { b1: 'x', b2: 'y', a: 'z' },
      [{ regex: 'b(.*)', action: 'labelmap', replacement: 'n_$1' }],
      { b1: 'x', b2: 'y', a: 'z', n_1: 'x', n_2: 'y' },
    ],
    ['labeldrop', { b1: 'x', a: 'z' }, [{ regex: 'b.*', action: 'labeldrop' }], { a: 'z' }],
    ['labelkeep', { b1: 'x', a: 'z' }, [{ regex: 'b.*', action: 'labelkeep' }], { b1: 'x' }],
    [
      'lowercase and uppercase',
      { a: 'Foo' },
      [
        { source_labels: ['a'], target_label: 'l', action: 'lowercase' },
        { source_labels: ['a'], target_label: 'u', action: 'uppercase' },
      ],
      { a: 'Foo', l: 'foo', u: 'FOO' },
    ],
  ])('%s', (_, labels, rules, wanted) => {
    expect(run(labels, ...rules)).toEqual(wanted)
  })

  it.each([
    [{ action: 'hashmod', target_label: 'x' }, 'modulus'],
    [{ action: 'replace' }, 'target_label'],
    [{ action: 'labeldrop', source_labels: ['a'] }, 'source_labels'],
    [{ regex: '(', target_label: 'x' }, 'regex'],
    [{ target_label: 'x', colour: 'red' }, 'colour'],
  ])('%j is refused with the field', (rule, field) => {
    expect(JSON.stringify(RelabelConfig.safeParse(rule).error?.issues)).toContain(field)
  })

  it('takes time linear in the text, whatever the pattern', () => {
    expect(run({ a: 'a'.repeat(30_000) }, { source_labels: ['a'], regex: '(a*)*b', action: 'keep' })).toBe(
      'dropped',
    )
  })
})
