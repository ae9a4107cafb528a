import { messageOf } from '../../../../kernel/fault.ts'
import { conditionOf, matchersOf } from './matchers.ts'
import { listOf, mapOf, type Taking, textOf } from './part.ts'

const known = new Set([
  ...['name', 'equal', 'target_match', 'target_match_re', 'target_matchers'],
  ...['source_match', 'source_match_re', 'source_matchers'],
])

/** Each rule an INHIBIT rule. They come before those of the route tree. */
export function inhibitRules(written: unknown, taking: Taking): void {
  for (const [at, one] of listOf(written).entries()) {
    const place = `inhibit_rules[${at}]`
    const rule = mapOf(one)
    const strange = Object.keys(rule).find((key) => !known.has(key))
    if (strange !== undefined) {
      taking.leave(`${place}.${strange}`, 'Not known, and without it the rule would say something else.')
      continue
    }
    try {
      const name = textOf(rule.name)
      taking.rule(place, {
        name: `Alertmanager ${place}${name === '' ? '' : ` ${name}`}`.slice(0, 128),
        ...{ enabled: true, order: 10_000 + at, action: 'INHIBIT', route: '', comment: '' },
        when: conditionOf(matchersOf(rule, 'target_')),
        source_when: conditionOf(matchersOf(rule, 'source_')),
        by: [...new Set(listOf(rule.equal).map(textOf))].filter((label) => label !== ''),
      })
    } catch (error) {
      taking.leave(place, messageOf(error))
    }
  }
}
