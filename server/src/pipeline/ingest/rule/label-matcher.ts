import type { Labels, Matcher } from '@aiops/contract/model/label'
import { RE2JS } from 're2js'
import { messageOf } from '../../../kernel/fault.ts'

/** Whether a label set fits. A label that is absent is an empty one, as in Prometheus. */
export type LabelTest = (labelOf: (name: string) => string | undefined) => boolean

/** name · operator · quoted value; a name that needs it is quoted too, as in PromQL's UTF-8 selectors. */
const form = /^\s*(?:([^\s"=!~]+)|"((?:[^"\\]|\\.)*)")\s*(=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)"\s*$/s

/** `service.name=~"cart|checkout"`. Throws an Error whose message says what is wrong. */
export function parseMatcher(text: string): Matcher {
  const found = form.exec(text)
  if (!found) throw new Error(`${JSON.stringify(text.slice(0, 80))} is not a matcher such as name="value"`)
  const [, bare, quoted, op, value] = found
  return { name: bare ?? unescaped(quoted ?? ''), op: op as Matcher['op'], value: unescaped(value ?? '') }
}

/** All must hold. Regular expressions are RE2's, anchored at both ends, in time linear in the text. Throws an Error on a bad one. */
export function labelTest(matchers: readonly Matcher[]): LabelTest {
  const tests = matchers.map(({ name, op, value }) => {
    const fits = valueTest(op, value)
    return (labelOf: (name: string) => string | undefined) => fits(labelOf(name) ?? '')
  })
  return (labelOf) => tests.every((test) => test(labelOf))
}

export const labelsOf =
  (labels: Labels): ((name: string) => string | undefined) =>
  (name) =>
    labels[name]

function valueTest(op: Matcher['op'], value: string): (text: string) => boolean {
  if (op === '=') return (text) => text === value
  if (op === '!=') return (text) => text !== value
  const matches = wholeMatch(value)
  return op === '=~' ? matches : (text) => !matches(text)
}

function wholeMatch(pattern: string): (text: string) => boolean {
  try {
    const compiled = RE2JS.compile(pattern, RE2JS.DOTALL)
    return (text) => compiled.matcher(text).matches()
  } catch (error) {
    throw new Error(`the pattern ${JSON.stringify(pattern.slice(0, 80))} cannot be read: ${messageOf(error)}`)
  }
}

const unescaped = (text: string): string =>
  text.replace(/\\(.)/gs, (_, char: string) => (char === 'n' ? '\n' : char === 't' ? '\t' : char))
