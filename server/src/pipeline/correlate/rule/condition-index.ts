import type { ASTNode } from '@marcbachmann/cel-js'

/** `labels` of this key, or a variable (then `key` is ''), equals this text. */
export type Constant = { of: string; key: string; value: string }

/** So many at most say where a condition can hold; with more it is tried always. */
const constantsMax = 200
const variables = new Set(['name', 'severity', 'entity', 'service', 'source', 'kind'])

/**
 * Constants of which at least one must hold where the condition does, so that it need not be tried elsewhere: of `a && b` those of the
 * better side, of `a || b` both. null where there are none to go by.
 */
export function constantsOf(node: ASTNode): readonly Constant[] | null {
  switch (node.op) {
    case '&&':
      return fewer(constantsOf(node.args[0]), constantsOf(node.args[1]))
    case '||': {
      const [a, b] = [constantsOf(node.args[0]), constantsOf(node.args[1])]
      return a && b && a.length + b.length <= constantsMax ? [...a, ...b] : null
    }
    case '==':
      return equality(node.args[0], node.args[1]) ?? equality(node.args[1], node.args[0])
    case 'in': {
      const [item, list] = node.args
      const read = readOf(item)
      if (!read || list.op !== 'list') return null
      const values = list.args.map((one) => (one.op === 'value' ? one.args : undefined))
      return values.every((value) => typeof value === 'string' && value !== '')
        ? values.map((value) => ({ ...read, value: value as string }))
        : null
    }
    default:
      return null
  }
}

/** Of an absent label `get` gives '', which is in no index. */
function equality(side: ASTNode, other: ASTNode): readonly Constant[] | null {
  const read = readOf(side)
  return read && other.op === 'value' && typeof other.args === 'string' && other.args !== ''
    ? [{ ...read, value: other.args }]
    : null
}

function readOf(node: ASTNode): Omit<Constant, 'value'> | null {
  if (node.op === 'id') return variables.has(node.args) ? { of: node.args, key: '' } : null
  if (node.op === '.') return labelsOf(node.args[0], node.args[1])
  if (node.op === '[]') return labelsOf(node.args[0], textOf(node.args[1]))
  if (node.op === 'rcall' && node.args[0] === 'get')
    return labelsOf(node.args[1], textOf(node.args[2][0] as ASTNode))
  return null
}

const textOf = (node: ASTNode): string | null =>
  node.op === 'value' && typeof node.args === 'string' ? node.args : null

const labelsOf = (node: ASTNode, key: string | null): Omit<Constant, 'value'> | null =>
  key !== null && node.op === 'id' && node.args === 'labels' ? { of: 'labels', key } : null

function fewer(a: readonly Constant[] | null, b: readonly Constant[] | null): readonly Constant[] | null {
  if (!a || !b) return a ?? b
  return a.length <= b.length ? a : b
}
