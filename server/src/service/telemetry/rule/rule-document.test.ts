import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { language } from './rule.suite.ts'
import { checkRules } from './rule-check.ts'
import { parseRules } from './rule-document.ts'
import { ruleDurationMs, ruleDurationText } from './rule-duration.ts'

describe('a rule file', () => {
  it('is read with all that Prometheus knows', () => {
    const { groups, problems } = parseRules(
      `groups:
  - name: one
    interval: 1m30s
    limit: 5
    query_offset: 10s
    labels: &l { team: a }
    rules:
      - { record: a:b, expr: 1, labels: *l }
      - { alert: A, expr: up == 0, for: 5m, keep_firing_for: 1h, annotations: { summary: "{{ $value }}" } }
  - name: empty
`,
      language,
    )
    expect(problems).toEqual([])
    expect(groups).toMatchObject([
      {
        ...{ name: 'one', intervalMs: 90_000, limit: 5, queryOffsetMs: 10_000, labels: { team: 'a' } },
        rules: [
          { kind: 'RECORDING', name: 'a:b', query: '1', labels: { team: 'a' } },
          { kind: 'ALERTING', name: 'A', forMs: 300_000, keepFiringForMs: 3_600_000 },
        ],
      },
      { name: 'empty', limit: 0, rules: [] },
    ])
  })

  it.each([
    ['groups: [{name: a, rules: [{record: r}]}]', "field 'expr' must be set in rule"],
    ['groups: [{name: a, rules: [{expr: up}]}]', "one of 'record' or 'alert' must be set"],
    [
      'groups: [{name: a, rules: [{record: a, alert: b, expr: up}]}]',
      "only one of 'record' and 'alert' must be set",
    ],
    ['groups: [{name: a, rules: [{record: r, expr: up, for: 1m}]}]', "invalid field 'for' in recording rule"],
    [
      'groups: [{name: a, rules: [{record: r, expr: up, annotations: {a: b}}]}]',
      "invalid field 'annotations'",
    ],
    [
      'groups: [{name: a, rules: [{record: "r{a=1}", expr: up}]}]',
      'braces present in the recording rule name',
    ],
    ['groups: [{name: a, rules: [{record: r, expr: "up +"}]}]', 'could not parse expression'],
    [
      'groups: [{name: a, rules: [{record: r, expr: up, labels: {__name__: x}}]}]',
      'invalid label name: __name__',
    ],
    [
      'groups: [{name: a, rules: [{alert: A, expr: up, labels: {a: "{{ x }}"}}]}]',
      'label "a": the template is malformed',
    ],
    ['groups: [{name: a}, {name: a}]', 'groupname: "a" is repeated in the same file'],
    ['groups: [{rules: []}]', 'Groupname must not be empty'],
    ['groups: [{name: a, namespace: b}]', 'field namespace not found in a group'],
    ['groups: [{name: a, interval: 1x}]', 'not a valid duration string: "1x"'],
    ['rules: []', 'field rules not found in a rule file'],
    ['groups: {', 'Flow map'],
    ['- a', 'a mapping with `groups` is expected'],
  ])('%s is refused', (text, why) => {
    const { groups, problems } = parseRules(text, language)
    expect(groups).toEqual([])
    expect(problems.join('\n')).toContain(why)
  })

  it('says where a problem is', () => {
    expect(
      parseRules('groups:\n  - name: a\n    rules:\n      - record: r\n        expr: up +\n', language)
        .problems,
    ).toEqual([expect.stringMatching(/^5:15: group "a", rule 1, "r": could not parse expression: /)])
  })

  it('may hold unknown fields where that is wanted', () => {
    expect(
      parseRules('groups: [{name: a, x: 1, rules: [{record: r, expr: up, y: 2}]}]', language, {
        ignoreUnknown: true,
      }).problems,
    ).toEqual([])
  })

  it('never makes the reader fail', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        expect(parseRules(JSON.stringify({ groups: value }), language).problems).toBeInstanceOf(Array)
      }),
      { numRuns: 200 },
    )
  })

  it('that repeats a rule is found out', () => {
    const text =
      'groups: [{name: a, rules: [{record: r, expr: a}, {record: r, expr: b}, {record: r, expr: b, labels: {x: y}}]}]'
    expect(checkRules(text, language)).toEqual({
      rules: 3,
      problems: [],
      duplicates: [{ name: 'r', labels: {} }],
    })
  })
})

const folder = resolve('../shared/suites/promtool-testdata')
describe.skipIf(!existsSync(folder))(
  "promtool's own rule files (skipped where ../shared/suites is not)",
  () => {
    it.each([
      ...['rules.yml', 'rules_duplicates.yml', 'rules_large.yml', 'at-modifier.yml', 'bad-rules-error.yml'],
      ...['negative-offset.yml', 'prometheus-rules.lint.yml'],
    ])('%s can be used', (file) => {
      expect(checkRules(readFileSync(`${folder}/${file}`, 'utf8'), language).problems).toEqual([])
    })
    it.each(['bad-rules-syntax.yml', 'rules-bad.yml', 'rules_extrafields.yml'])('%s cannot', (file) => {
      expect(checkRules(readFileSync(`${folder}/${file}`, 'utf8'), language).problems).not.toEqual([])
    })
  },
)

describe('durations of rules', () => {
  it.each([
    ['5m', 300_000],
    ['1h30m', 5_400_000],
    ['0', 0],
    ['1d12h', 129_600_000],
  ])('%s is %d ms', (text, ms) => expect(ruleDurationMs(text)).toBe(ms))
  it.each(['', '5', '1m1h', '1.5m', '-5m', 'm'])('%j is none', (text) =>
    expect(ruleDurationMs(text)).toBeNaN(),
  )
  it.each([
    [0, '0s'],
    [90_000, '1m30s'],
    [604_800_000, '1w'],
    [691_200_000, '8d'],
    [1_001, '1s1ms'],
  ])('%d ms is %s', (ms, text) => expect(ruleDurationText(ms)).toBe(text))
})
