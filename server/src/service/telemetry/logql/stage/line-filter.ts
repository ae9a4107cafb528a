import type { LineCondition } from '../../../../port/log-store.ts'
import type { LineFilter, Stage } from '../expression.ts'
import type { CompiledStage } from './index.ts'
import { ipTest } from './ip.ts'
import { linePatternTest } from './pattern.ts'
import { patternTest, requiredPart } from './pattern-text.ts'

/** `|= "a" or "b"`: any of them; `!= "a" or "b"`: none of them. */
export function lineFilterStage({ operator, any }: LineFilter): CompiledStage {
  const tests = any.map(({ kind, value }) =>
    kind === 'ip' ? lineHasIp(value) : testOf(operator.slice(1), value),
  )
  const negative = operator.startsWith('!')
  if (tests.length === 1) {
    const test = tests[0]!
    return ({ line }) => test(line) !== negative
  }
  return ({ line }) => tests.some((test) => test(line)) !== negative
}

/** What a store may test before it makes a record: only conditions that every line of the answer must meet, before a stage changes it. */
export function lineConditions(stages: readonly Stage[]): LineCondition[] {
  const found: LineCondition[] = []
  for (const stage of stages) {
    if (stage.stage === 'line-format' || stage.stage === 'decolorize' || stage.stage === 'unpack') break
    if (stage.stage !== 'line-filter') continue
    const { operator, any } = stage
    if (any.some(({ kind }) => kind === 'ip')) continue
    if (operator === '!=') for (const { value } of any) add(found, value, false)
    if (any.length > 1) continue
    const { value } = any[0]!
    if (operator === '|=') add(found, value, true)
    if (operator === '|~') add(found, requiredPart(value), true)
  }
  return found
}

function add(conditions: LineCondition[], text: string, present: boolean): void {
  if (text !== '') conditions.push({ text, present })
}

function testOf(sort: string, value: string): (line: string) => boolean {
  if (sort === '=') return (line) => line.includes(value)
  return sort === '~' ? patternTest(value) : linePatternTest(value)
}

// An address begins where no other of its letters stands before it.
const candidate =
  /(?<![\w:.])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,7}(?:\d{1,3}(?:\.\d{1,3}){3})?)(?![\w:])/g

function lineHasIp(value: string): (line: string) => boolean {
  const test = ipTest(value)
  return (line) => {
    for (const [found] of line.matchAll(candidate)) if (test(found)) return true
    return false
  }
}
