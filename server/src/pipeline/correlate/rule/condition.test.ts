import { Environment } from '@marcbachmann/cel-js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileCondition } from './condition.ts'
import { RuleIndex } from './rule-index.ts'
import type { SignalView } from './signal-view.ts'

const viewOf = (labels: Record<string, string>, rest: Partial<SignalView> = {}): SignalView => ({
  ...{ labels, annotations: {}, name: 'HighLatency', severity: 'HIGH', entity: 'service/cart' },
  ...{ service: 'cart', source: 'prometheus', kind: 'ALERT', ...rest },
})
const fits = (text: string, labels: Record<string, string> = {}, rest: Partial<SignalView> = {}): boolean =>
  compileCondition(text).test(viewOf(labels, rest))

describe('a condition', () => {
  it.each<[string, boolean]>([
    ['labels.env == "prod"', true],
    ['labels["k8s.namespace.name"] == "shop"', true],
    ['labels.env != "prod"', false],
    ['name == "HighLatency" && severity in ["CRITICAL", "HIGH"]', true],
    ['labels.absent == "" ', false],
    ['labels.absent != "x"', false],
    ['labels.get("absent") == ""', true],
    ['has(labels.env) && !has(labels.absent)', true],
    ['"env" in labels', true],
    ['labels.absent == "x" || service == "cart"', true],
    ['labels.absent == "x" && false', false],
    ['!(labels.absent == "x")', false],
    ['labels.env.startsWith("pr") && labels.env.endsWith("od") && labels.env.contains("ro")', true],
    ['labels.env.matches("r.d")', true],
    ['labels.env.fits("r.d")', false],
    ['labels.env.fits("p.*")', true],
    ['labels.env.upperAscii() == "PROD" && labels.env.size() == 4', true],
    ['labels.env == "prod" ? kind == "ALERT" : false', true],
    ['labels.constructor == "x" || has(labels.__proto__)', false],
    ['entity == "service/cart" && source >= "p"', true],
  ])('%s is %s', (text, wanted) => {
    expect(fits(text, { env: 'prod', 'k8s.namespace.name': 'shop' })).toBe(wanted)
  })

  it.each([
    ['labels.env ==', '1:14'],
    ['nam == "x"', 'Unknown variable: nam at 1:1'],
    ['true &&\n name + 1 == 2', '2:2'],
    ['name', 'gives string, not bool'],
    ['labels.exists(k, k == "x")', "'exists' is not taken"],
    ['[1, 2].map(x, x * 2) == [2]', 'at 1:'],
    ['name.matches("(a")', 'at 1:14'],
    ['name.matches(labels.env)', 'takes a text in quotes'],
    ['labels[name] == "x"', 'a key is a text in quotes'],
    ['name.split(",").size() > 2', "'split' is not taken"],
    [`${'('.repeat(40)}true${')'.repeat(40)}`, 'when'],
    [`name == "${'x'.repeat(2_000)}"`, 'more than 2000 characters'],
    [Array.from({ length: 300 }, () => 'true').join(' && '), 'when'],
  ])('%s is refused with its place', (text, why) => {
    expect(() => compileCondition(text)).toThrow(expect.objectContaining({ code: 'VALIDATION_FAILED' }))
    expect(() => compileCondition(text)).toThrow(why)
  })

  it('knows whether it asks for the severity', () => {
    const names = (text: string): boolean => compileCondition(text).namesSeverity
    expect(names('severity == "LOW"')).toBe(true)
    expect(names('labels.severity == "x"')).toBe(true)
    expect(names('labels.get("severity") == "x"')).toBe(true)
    expect(names('labels["severity"] == "x"')).toBe(true)
    expect(names('name == "severity"')).toBe(false)
  })

  it('of a pattern that would run for hours elsewhere answers at once', () => {
    const hostile = 'a'.repeat(2_000)
    expect(fits('labels.env.matches("^(a+)+$")', { env: `${hostile}!` })).toBe(false)
  })
})

const term = fc.oneof(
  fc
    .tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('==', '!='), fc.constantFrom('1', '2'))
    .map(([label, op, value]) => `labels.${label} ${op} "${value}"`),
  fc.constantFrom('has(labels.a)', '"b" in labels', 'labels.a in ["1", "2"]', 'name == "x"', 'true'),
)
const { condition } = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    term,
    fc
      .tuple(tie('condition'), fc.constantFrom('&&', '||'), tie('condition'))
      .map(([a, op, b]) => `(${a} ${op} ${b})`),
    tie('condition').map((a) => `!(${a})`),
  ),
}))
const labelsOf = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('1', '2'))
const named = fc.constantFrom('x', 'y')

describe('what runs and what is indexed', () => {
  const library = new Environment()
    .registerVariable('labels', 'map<string, string>')
    .registerVariable('name', 'string')

  it('says what the library says, errors for no match', () => {
    fc.assert(
      fc.property(condition, labelsOf, named, (text, labels, name) => {
        let wanted: unknown = false
        try {
          wanted = library.evaluate(text, { labels: { ...labels }, name })
        } catch {}
        expect(fits(text, { ...labels }, { name })).toBe(wanted)
      }),
      { numRuns: 300 },
    )
  })

  it('finds through the index what trying each would find', () => {
    fc.assert(
      fc.property(fc.array(condition, { maxLength: 8 }), labelsOf, named, (texts, labels, name) => {
        const conditions = texts.map((text, item) => ({ item, condition: compileCondition(text) }))
        const view = viewOf({ ...labels }, { name })
        const wanted = conditions.filter((one) => one.condition.test(view)).map(({ item }) => item)
        expect(new RuleIndex(conditions).matching(view)).toEqual(wanted)
      }),
      { numRuns: 200 },
    )
  })

  it('never fails but with its own refusal', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string({ unit: 'binary' }),
          condition.map((c) => c.slice(3)),
        ),
        (text) => {
          try {
            compileCondition(text).test(viewOf({}))
          } catch (error) {
            expect(error).toMatchObject({ code: 'VALIDATION_FAILED' })
          }
        },
      ),
      { numRuns: 80 },
    )
  })
})
