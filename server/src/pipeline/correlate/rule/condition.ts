import { type ASTNode, Environment } from '@marcbachmann/cel-js'
import { Fault, messageOf } from '../../../kernel/fault.ts'
import { type Evaluate, evaluatorOf } from './condition-evaluator.ts'
import { type Constant, constantsOf } from './condition-index.ts'
import type { SignalView } from './signal-view.ts'

/** A condition of a rule, compiled once. */
export type Condition = {
  test(view: SignalView): boolean
  /** It can hold only where one of these does; null where nothing is known, and it has to be tried. */
  constants: readonly Constant[] | null
  /** Whether it asks for the severity, as its own variable or as a label. */
  namesSeverity: boolean
  ast: ASTNode
}

const lengthMax = 2_000
/** The parser refuses what has more. */
const limits = { maxAstNodes: 400, maxDepth: 24, maxListElements: 200, maxMapEntries: 1, maxCallArguments: 4 }

const environment = new Environment({ unlistedVariablesAreDyn: false, limits })
for (const name of ['labels', 'annotations']) environment.registerVariable(name, 'map<string, string>')
for (const name of ['name', 'severity', 'entity', 'service', 'source', 'kind'])
  environment.registerVariable(name, 'string')
environment.registerFunction('map.get(string): string', () => '')
environment.registerFunction('string.fits(string): bool', () => false)

/**
 * A condition in CEL (github.com/google/cel-spec). The library reads and types it; it runs on closures of our own, which take no loops, no
 * arithmetic and no pattern but RE2's, so that its cost is bounded by its length and the text it looks at. Absence is an error as in CEL,
 * `&&` and `||` take errors as CEL does, and what ends in an error does not hold. Throws VALIDATION_FAILED with the place.
 */
export function compileCondition(text: string, field = 'when'): Condition {
  if (text.length > lengthMax) throw invalid(field, `has more than ${lengthMax} characters`)
  const ast = parsed(text, field)
  const refuse = (node: ASTNode, what: string): Fault =>
    invalid(field, `${what}${placeOf(text, node.range?.start)}`)
  const evaluate: Evaluate = evaluatorOf(ast, refuse)
  return {
    test: (view) => evaluate(view) === true,
    constants: constantsOf(ast),
    namesSeverity: /\bseverity\b/.test(withoutValues(ast)),
    ast,
  }
}

function parsed(text: string, field: string): ASTNode {
  let checked: ReturnType<ReturnType<Environment['parse']>['check']>
  let ast: ASTNode
  try {
    const run = environment.parse(text)
    ast = run.ast
    checked = run.check()
  } catch (error) {
    throw invalid(field, `${firstLine(error)}${placeOf(text, startOf(error))}`)
  }
  if (!checked.valid)
    throw invalid(field, `${firstLine(checked.error)}${placeOf(text, startOf(checked.error))}`)
  if (checked.type !== 'bool') throw invalid(field, `gives ${checked.type}, not bool`)
  return ast
}

/** Names of variables, fields and keys that it looks up, without the values it compares with. */
function withoutValues(node: unknown): string {
  if (Array.isArray(node)) return node.map(withoutValues).join(' ')
  if (node === null || typeof node !== 'object') return ''
  const { op, args } = node as { op?: unknown; args?: unknown }
  if (op === 'id') return String(args)
  if (op === '.' && Array.isArray(args)) return `${withoutValues(args[0])} ${String(args[1])}`
  if (op === '[]' && Array.isArray(args)) return `${withoutValues(args[0])} ${keyText(args[1])}`
  if (op === 'rcall' && Array.isArray(args))
    return `${args[0] === 'get' ? keyText((args[2] as unknown[])[0]) : ''} ${withoutValues(args.slice(1))}`
  return withoutValues(args)
}

const keyText = (node: unknown): string => String((node as { args?: unknown } | undefined)?.args ?? '')

const startOf = (error: unknown): number | undefined =>
  (error as { range?: { start?: number } } | undefined)?.range?.start

const firstLine = (error: unknown): string => (messageOf(error).split('\n')[0] ?? '').slice(0, 300)

/** Line and column from 1, as editors count. */
function placeOf(text: string, at: number | undefined): string {
  if (at === undefined) return ''
  const before = text.slice(0, at).split('\n')
  return ` at ${before.length}:${(before.at(-1)?.length ?? 0) + 1}`
}

const invalid = (field: string, what: string): Fault =>
  new Fault('VALIDATION_FAILED', `${field}: ${what}`, { details: [{ path: field, message: what }] })
