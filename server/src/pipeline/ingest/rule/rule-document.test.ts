import { describe, expect, it } from 'vitest'
import { parseRules } from './rule-document.ts'

const problemsOf = (text: string): string[] => {
  const parsed = parseRules(text)
  return 'problems' in parsed ? parsed.problems : []
}

describe('a document of stream rules', () => {
  it('gives its rules in their order', () => {
    const parsed = parseRules(`
rules:
  - { name: a, signal: metrics, match: ['__name__=~"go_.*"'], drop: true }
  - { name: b, signal: [logs, traces], set: { team: shop } }`)
    expect(parsed).toMatchObject({
      rules: [
        { name: 'a', action: { do: 'drop' } },
        { name: 'b', action: { do: 'set', labels: { team: 'shop' }, replace: false } },
      ],
    })
  })

  it.each([
    ['rules: [', 'this is not YAML'],
    ['rules: [{ name: a, signal: metrics }]', 'one thing to do is needed, not 0'],
    ['rules: [{ name: a, signal: metrics, drop: true, keep: true }]', 'not 2'],
    ['rules: [{ name: a, signal: logs, thin: { every: 10s } }]', 'thin is not for logs'],
    ['rules: [{ name: a, signal: metrics, match: [up], drop: true }]', 'bad matcher "up"'],
    [`rules: [{ name: a, signal: metrics, match: ['a=~"("'], drop: true }]`, 'bad matcher'],
    ['rules: [{ name: a, signal: metrics, dorp: true }]', 'dorp'],
    ['rules: [{ name: a, signal: metrics, route: { store: false } }]', 'store: false is not for metrics'],
  ])('that says %j is refused with the reason', (text, reason) => {
    expect(problemsOf(text).join()).toContain(reason)
  })
})
