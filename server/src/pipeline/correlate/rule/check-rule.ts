import type { CorrelationRuleInput } from '@aiops/contract/model/correlation-rule'
import { Fault } from '../../../kernel/fault.ts'
import { conditionsOf } from './rule-set.ts'

/** Throws VALIDATION_FAILED with the field, for what does not fit what the rule does or cannot be read. */
export function checkRule(rule: CorrelationRuleInput): void {
  const { action, by, source_when: source, route } = rule
  if (action === 'INHIBIT' && source.trim() === '')
    throw wrong('source_when', 'INHIBIT needs what must be firing')
  if (action !== 'INHIBIT' && source !== '') throw wrong('source_when', `${action} takes none; INHIBIT does`)
  if (action === 'ROUTE' && route.trim() === '') throw wrong('route', 'ROUTE needs a receiver or team')
  if (action !== 'ROUTE' && route !== '') throw wrong('route', `${action} takes none; ROUTE does`)
  if ((action === 'SUPPRESS' || action === 'ROUTE') && by.length > 0)
    throw wrong('by', `${action} takes none; GROUP, SEPARATE and INHIBIT do`)
  if (new Set(by).size !== by.length) throw wrong('by', 'a label is there twice')
  conditionsOf(rule)
}

const wrong = (path: string, message: string): Fault =>
  new Fault('VALIDATION_FAILED', `${path}: ${message}`, { details: [{ path, message }] })
