import { setFlagsFromString } from 'node:v8'
import { Fault, messageOf } from '../../../kernel/fault.ts'

/** Longest pattern accepted, characters: bounds the automaton. */
const patternLengthMax = 1_000

// V8's second engine runs in time linear in the text and knows no backtracking, as RE2 does for Prometheus. The switch only
// makes the `l` flag known; regular expressions without it run as ever.
setFlagsFromString('--enable-experimental-regexp-engine')

/** Tests a whole label value. */
export type LabelPattern = (value: string) => boolean

/**
 * A regular expression as Prometheus means it: anchored at both ends, `.` fits every character, no back references and no
 * look-around, so that no pattern can hold the process. Throws INVALID_REQUEST with the reason.
 */
export function labelPattern(source: string): LabelPattern {
  if (source.length > patternLengthMax) {
    throw new Fault(
      'INVALID_REQUEST',
      `A label pattern may have at most ${patternLengthMax} characters; this has ${source.length}.`,
    )
  }
  const insensitive = source.startsWith('(?i)')
  const body = (insensitive ? source.slice(4) : source).replaceAll('(?P<', '(?<')
  try {
    const pattern = new RegExp(`^(?:${body})$`, insensitive ? 'lis' : 'ls')
    return (value) => pattern.test(value)
  } catch (error) {
    throw new Fault(
      'INVALID_REQUEST',
      `The label pattern ${JSON.stringify(source)} cannot be used: ${messageOf(error)}.`,
      { cause: error },
    )
  }
}
