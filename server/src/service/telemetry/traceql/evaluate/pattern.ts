import { RE2JS } from 're2js'
import { Fault, messageOf } from '../../../../kernel/fault.ts'

/** Longest pattern, characters: bounds the automaton. */
const patternLengthMax = 1_000
const plainList = /^[\w :/@%&,;=-]*(\|[\w :/@%&,;=-]*)*$/

/** A pattern of RE2's syntax that must fit the whole value, `.` fitting every character as in Tempo; time is linear in the value. Throws INVALID_TRACEQL. */
export function fullMatch(pattern: string): (value: string) => boolean {
  if (pattern.length > patternLengthMax)
    throw new Fault('INVALID_TRACEQL', `The pattern is longer than ${patternLengthMax} characters.`)
  // A list of words, the usual pattern, needs no automaton.
  if (plainList.test(pattern)) {
    const words = new Set(pattern.split('|'))
    return (value) => words.has(value)
  }
  const prefix = /^([\w :/@%&,;=-]*)\.\*$/.exec(pattern)?.[1]
  if (prefix !== undefined) return (value) => value.startsWith(prefix)
  try {
    const compiled = RE2JS.compile(pattern, RE2JS.DOTALL)
    return (value) => compiled.testExact(value)
  } catch (error) {
    throw new Fault('INVALID_TRACEQL', `The pattern cannot be used: ${messageOf(error)}.`, { cause: error })
  }
}
