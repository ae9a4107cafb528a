import { RE2JS } from 're2js'
import { Fault, messageOf } from '../../../../kernel/fault.ts'

/** Longest pattern of a query, characters: bounds the automaton. */
const patternLengthMax = 10_000

/** A compiled RE2 pattern. Throws INVALID_LOGQL. */
export function compilePattern(pattern: string, flags = 0): RE2JS {
  if (pattern.length > patternLengthMax)
    throw new Fault('INVALID_LOGQL', `a regular expression may have ${patternLengthMax} characters`)
  try {
    return RE2JS.compile(pattern, flags)
  } catch (error) {
    throw new Fault('INVALID_LOGQL', messageOf(error), { cause: error })
  }
}

/** Whether a line holds a match anywhere; a part that every match must have is looked for first. */
export function patternTest(pattern: string): (line: string) => boolean {
  if (isLiteral(pattern)) return (line) => line.includes(pattern)
  const compiled = compilePattern(pattern)
  const words = alternatives(pattern)
  if (words) return (line) => words.some((word) => line.includes(word))
  const part = requiredPart(pattern)
  return part === '' ? (line) => compiled.test(line) : (line) => line.includes(part) && compiled.test(line)
}

const isLiteral = (pattern: string): boolean => !/[\\^$.*+?()[\]{}|]/.test(pattern)

/** `a|b|c` of plain words, also in one group. */
function alternatives(pattern: string): string[] | undefined {
  const inner = /^\((?:\?:)?([^()]*)\)$/.exec(pattern)?.[1] ?? pattern
  const words = inner.split('|')
  return words.every(isLiteral) ? words : undefined
}

/** The longest literal that any match of the pattern must hold; empty where none is certain. */
export function requiredPart(pattern: string): string {
  if (isLiteral(pattern)) return pattern
  // Flags change what letters mean; alternatives at the top need a look at each.
  if (/\(\?[a-zA-Z-]*[imsU]/.test(pattern)) return ''
  let best = ''
  let run = ''
  let depth = 0
  const close = (): void => {
    if (run.length > best.length) best = run
    run = ''
  }
  for (let at = 0; at < pattern.length; ) {
    const sign = pattern[at]!
    if (sign === '[') {
      close()
      at = classEnd(pattern, at)
      at = repeatEnd(pattern, at)
      continue
    }
    if (sign === '(' || sign === ')') {
      close()
      depth += sign === '(' ? 1 : -1
      at += 1
      if (sign === ')') at = repeatEnd(pattern, at)
      continue
    }
    if (sign === '|') {
      if (depth === 0) return ''
      close()
      at += 1
      continue
    }
    const escaped = sign === '\\'
    const next = pattern[at + 1] ?? ''
    // \Q…\E and classes by name are not followed.
    if (escaped && /[a-zA-Z0-9]/.test(next)) {
      if ('QEpPxC'.includes(next)) return ''
      close()
      at = repeatEnd(pattern, at + 2)
      continue
    }
    if (!escaped && '.^$*+?{}'.includes(sign)) {
      close()
      at = repeatEnd(pattern, at + 1)
      continue
    }
    const literal = escaped ? next : sign
    const end = at + (escaped ? 2 : 1)
    const after = repeatEnd(pattern, end)
    if (depth > 0) at = after
    else if (after === end) {
      run += literal
      at = end
    } else {
      // Once at least with `+`; what follows a repetition begins a new run.
      if (pattern[end] === '+') run += literal
      close()
      at = after
    }
  }
  close()
  return best
}

function classEnd(pattern: string, at: number): number {
  let end = at + 1
  if (pattern[end] === '^') end += 1
  if (pattern[end] === ']') end += 1
  while (end < pattern.length && pattern[end] !== ']') {
    if (pattern[end] === '\\') end += 1
    else if (pattern.startsWith('[:', end)) end = Math.max(end, pattern.indexOf(':]', end) + 1)
    end += 1
  }
  return end + 1
}

function repeatEnd(pattern: string, at: number): number {
  const found = /^(?:[*+?]|\{\d*,?\d*\})[?+]?/.exec(pattern.slice(at, at + 32))
  return at + (found?.[0].length ?? 0)
}
