import { Environment } from '@marcbachmann/cel-js'
import { Fault, messageOf } from '../../../kernel/fault.ts'

/** What rules may name; each is JSON. */
export const policyVariables = ['plan', 'decision', 'deployment', 'context', 'limits'] as const
export type PolicyVariables = Record<(typeof policyVariables)[number], unknown>

/** True or false; throws where the expression cannot be worked out over this input. */
export type PolicyExpression = (input: PolicyVariables) => boolean

const lengthMax = 4_000
/** Loops (`all`, `exists`, `map`, `filter`) within one another. */
const loopsMax = 2
/** Steps that loops may take: the longest list of the input to the power of the loops' depth and one more. About half a second. */
const stepsMax = 4_000_000

const environment = new Environment({
  unlistedVariablesAreDyn: false,
  homogeneousAggregateLiterals: false,
  limits: {
    maxAstNodes: 500,
    maxDepth: 40,
    maxListElements: 100,
    maxMapEntries: 100,
    maxCallArguments: 8,
  },
})
for (const name of policyVariables) environment.registerVariable(name, 'dyn')

const loops = new Set(['all', 'exists', 'exists_one', 'map', 'filter'])
/** `matches` runs a backtracking engine, which one hostile text holds for hours; `bind` doubles what it binds at each level. */
const refused = new Set(['matches', 'bind'])

/** An expression of CEL, compiled once. Throws VALIDATION_FAILED for what cannot be read, is of no bool, or could cost too much. */
export function compileExpression(text: string): PolicyExpression {
  if (text.length > lengthMax) throw invalid(`has more than ${lengthMax} characters`)
  const run = parsed(text)
  const depth = loopDepth(run.ast)
  if (depth > loopsMax) throw invalid(`has more than ${loopsMax} loops within one another`)
  return (input) => {
    const longest = depth === 0 ? 0 : longestList(input)
    if (longest ** (depth + 1) > stepsMax)
      throw new Fault(
        'QUERY_TOO_LARGE',
        `A list of ${longest} is too long for ${depth} loops within one another.`,
      )
    const value: unknown = run(input)
    if (typeof value !== 'boolean') throw new Fault('QUERY_FAILED', 'The expression gives no bool.')
    return value
  }
}

type Parsed = ((input: PolicyVariables) => unknown) & { ast: unknown }

function parsed(text: string): Parsed {
  try {
    const run = environment.parse(text) as unknown as Parsed & {
      check(): { valid: boolean; type?: string; error?: Error }
    }
    const { valid, type, error } = run.check()
    if (!valid) throw error ?? new Error('is not well typed')
    if (type !== 'bool' && type !== 'dyn') throw new Error(`gives ${type}, not bool`)
    return run
  } catch (error) {
    throw invalid(messageOf(error).split('\n')[0] ?? '')
  }
}

function loopDepth(node: unknown): number {
  if (Array.isArray(node)) return Math.max(0, ...node.map(loopDepth))
  if (node === null || typeof node !== 'object') return 0
  const { op, args } = node as { op?: unknown; args?: unknown }
  const called = (op === 'rcall' || op === 'call') && Array.isArray(args) ? String(args[0]) : ''
  if (refused.has(called)) throw invalid(`uses ${called}, which rules may not`)
  return loopDepth(args) + (loops.has(called) ? 1 : 0)
}

/** Lists, maps and texts alike: what a loop or a comparison walks. */
function longestList(value: unknown): number {
  if (value === null || typeof value !== 'object') return 0
  const members = Object.values(value)
  let longest = members.length
  for (const member of members) longest = Math.max(longest, longestList(member))
  return longest
}

const invalid = (what: string): Fault => new Fault('VALIDATION_FAILED', `The expression ${what}.`)
