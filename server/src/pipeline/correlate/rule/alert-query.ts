import type { Alert } from '@aiops/contract/model/alert'
import type { ASTNode } from '@marcbachmann/cel-js'
import type { AlertExpression, AlertField } from '../../../port/alert-search-repository.ts'
import { compileCondition } from './condition.ts'
import { viewOfAlert } from './signal-view.ts'

/** A search in CEL: what the record store can answer by itself, and a test for the rest. */
export type AlertQuery = {
  /** Holds wherever the query does; null where that says nothing. */
  where: AlertExpression | null
  /** Holds nowhere else: `test` need not be asked. */
  exact: boolean
  test(alert: Alert): boolean
}

/** The same language as conditions of rules, over alerts. Throws VALIDATION_FAILED with the place. */
export function alertQuery(text: string, field = 'cel'): AlertQuery {
  const { ast, test } = compileCondition(text, field)
  const whole = exactly(ast)
  const where = whole ?? weakened(ast)
  return { where, exact: whole !== null, test: (alert) => test(viewOfAlert(alert)) }
}

/** CEL's errors and SQL's NULL go the same ways through `!`, `&&` and `||`, so that absence needs no care. */
function exactly(node: ASTNode): AlertExpression | null {
  switch (node.op) {
    case 'value':
      return typeof node.args === 'boolean' ? { op: node.args ? 'always' : 'never' } : null
    case '!_': {
      const of = exactly(node.args)
      return of && { op: 'not', of }
    }
    case '&&':
    case '||': {
      const [a, b] = [exactly(node.args[0]), exactly(node.args[1])]
      return a && b && { op: node.op === '&&' ? 'and' : 'or', of: [a, b] }
    }
    case '==':
      return equality(node.args[0], node.args[1]) ?? equality(node.args[1], node.args[0])
    case '!=': {
      const of = equality(node.args[0], node.args[1]) ?? equality(node.args[1], node.args[0])
      return of && { op: 'not', of }
    }
    case 'in':
      return within(node.args[0], node.args[1])
    case 'rcall':
      return asked(node.args[0], node.args[1], node.args[2])
    case 'call':
      return node.args[0] === 'has' && node.args[1].length === 1
        ? present(fieldOf(node.args[1][0] as ASTNode))
        : null
    default:
      return null
  }
}

/** Leaves out of a conjunction what cannot be asked: then more fits, never less. */
function weakened(node: ASTNode): AlertExpression | null {
  if (node.op !== '&&') return exactly(node)
  const sides = [weakened(node.args[0]), weakened(node.args[1])].filter((side) => side !== null)
  return sides.length === 2 ? { op: 'and', of: sides } : (sides[0] ?? null)
}

function equality(side: ASTNode, other: ASTNode): AlertExpression | null {
  const text = textOf(other)
  if (text === null) return null
  if (side.op === 'id' && side.args === 'kind') return { op: text === 'ALERT' ? 'always' : 'never' }
  const field = fieldOf(side)
  if (field) return { op: 'is', field, texts: [text] }
  const soft = side.op === 'rcall' && side.args[0] === 'get' ? keyed(side.args[1], side.args[2][0]) : null
  if (!soft) return null
  // An absent label is '' to `get`.
  const held: AlertExpression = {
    op: 'and',
    of: [
      { op: 'has', field: soft },
      { op: 'is', field: soft, texts: [text] },
    ],
  }
  return text === '' ? { op: 'or', of: [held, { op: 'not', of: { op: 'has', field: soft } }] } : held
}

function within(item: ASTNode, holder: ASTNode): AlertExpression | null {
  if (holder.op === 'id') {
    const name = textOf(item)
    return name === null ? null : present(fieldIn(holder.args, name))
  }
  const field = fieldOf(item)
  if (!field || holder.op !== 'list') return null
  const texts = holder.args.map(textOf)
  return texts.every((text) => text !== null) ? { op: 'is', field, texts } : null
}

function asked(name: string, receiver: ASTNode, given: readonly ASTNode[]): AlertExpression | null {
  const field = fieldOf(receiver)
  const [first] = given
  const text = first && given.length === 1 ? textOf(first) : null
  if (!field || text === null) return null
  if (name === 'startsWith') return { op: 'starts', field, text }
  if (name === 'endsWith') return { op: 'ends', field, text }
  return name === 'contains' ? { op: 'contains', field, text } : null
}

const present = (field: AlertField | null): AlertExpression | null => field && { op: 'has', field }

function fieldOf(node: ASTNode): AlertField | null {
  if (node.op === '.') return node.args[0].op === 'id' ? fieldIn(node.args[0].args, node.args[1]) : null
  if (node.op === '[]') return keyed(node.args[0], node.args[1])
  if (node.op !== 'id') return null
  const of = node.args
  return of === 'name' || of === 'severity' || of === 'source' || of === 'service' || of === 'entity'
    ? { of }
    : null
}

function keyed(map: ASTNode, key: ASTNode | undefined): AlertField | null {
  const name = key && textOf(key)
  return map.op === 'id' && typeof name === 'string' ? fieldIn(map.args, name) : null
}

/** `alertname` is the alert's name where no label says so: that is left to the test. */
function fieldIn(map: string, name: string): AlertField | null {
  if (!/^[^"\\\p{Cc}]{1,512}$/u.test(name)) return null
  if (map === 'labels') return name === 'alertname' ? null : { of: 'label', name }
  return map === 'annotations' ? { of: 'annotation', name } : null
}

const textOf = (node: ASTNode): string | null =>
  node.op === 'value' && typeof node.args === 'string' ? node.args : null
