import type { ASTNode } from '@marcbachmann/cel-js'
import { type Fault, messageOf } from '../../../kernel/fault.ts'
import { patternTest } from './pattern.ts'
import type { SignalView } from './signal-view.ts'

type Value = string | boolean | number | Readonly<Record<string, string>> | readonly (string | number)[]
/** Undefined stands for CEL's error. */
export type Evaluate = (view: SignalView) => Value | undefined
type Refuse = (node: ASTNode, what: string) => Fault

/** CEL over closures. What a node costs is bounded: no loops, and every text is one of the signal's or of the condition. */
export function evaluatorOf(node: ASTNode, refuse: Refuse): Evaluate {
  const of = (one: ASTNode): Evaluate => evaluatorOf(one, refuse)
  switch (node.op) {
    case 'value':
      return constant(node, refuse)
    case 'id':
      return variable(node.args)
    case 'list':
      return listOf(node, node.args, refuse)
    case '.':
      return keyed(of(node.args[0]), node.args[1])
    case '[]': {
      const key = node.args[1]
      if (key.op !== 'value' || typeof key.args !== 'string') throw refuse(key, 'a key is a text in quotes')
      return keyed(of(node.args[0]), key.args)
    }
    case '!_':
      return negated(of(node.args))
    case '&&':
      return joined(of(node.args[0]), of(node.args[1]), false)
    case '||':
      return joined(of(node.args[0]), of(node.args[1]), true)
    case '?:':
      return chosen(of(node.args[0]), of(node.args[1]), of(node.args[2]))
    case '==':
      return equal(of(node.args[0]), of(node.args[1]), true, node, refuse)
    case '!=':
      return equal(of(node.args[0]), of(node.args[1]), false, node, refuse)
    case 'in':
      return within(of(node.args[0]), of(node.args[1]))
    case '<':
    case '<=':
    case '>':
    case '>=':
      return ordered(of(node.args[0]), of(node.args[1]), node.op)
    case 'call':
    case 'rcall':
      return called(node, refuse)
    default:
      throw refuse(node, `'${node.op}' is not taken in conditions of rules`)
  }
}

function constant(node: Extract<ASTNode, { op: 'value' }>, refuse: Refuse): Evaluate {
  const { args } = node
  const value = typeof args === 'bigint' ? Number(args) : args
  if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number') return () => value
  throw refuse(node, 'values are texts, numbers, true or false')
}

const variable =
  (name: string): Evaluate =>
  (view) =>
    view[name as keyof SignalView]

function listOf(node: ASTNode, items: readonly ASTNode[], refuse: Refuse): Evaluate {
  const values = items.map((item) => {
    const value = item.op === 'value' ? item.args : undefined
    if (typeof value === 'string') return value
    if (typeof value === 'bigint') return Number(value)
    throw refuse(node, 'a list holds texts or whole numbers')
  })
  return () => values
}

const keyed =
  (map: Evaluate, key: string): Evaluate =>
  (view) => {
    const held = map(view)
    return isMap(held) && Object.hasOwn(held, key) ? held[key] : undefined
  }

const isMap = (value: Value | undefined): value is Readonly<Record<string, string>> =>
  typeof value === 'object' && !Array.isArray(value)

const negated =
  (of: Evaluate): Evaluate =>
  (view) => {
    const value = of(view)
    return typeof value === 'boolean' ? !value : undefined
  }

/** `&&` ends with false and `||` with true, whatever the other side is; else an error is one. */
const joined =
  (a: Evaluate, b: Evaluate, ends: boolean): Evaluate =>
  (view) => {
    const first = a(view)
    if (first === ends) return ends
    const second = b(view)
    if (second === ends) return ends
    return typeof first === 'boolean' && typeof second === 'boolean' ? !ends : undefined
  }

const chosen =
  (test: Evaluate, then: Evaluate, otherwise: Evaluate): Evaluate =>
  (view) => {
    const value = test(view)
    return typeof value === 'boolean' ? (value ? then : otherwise)(view) : undefined
  }

function equal(a: Evaluate, b: Evaluate, wanted: boolean, node: ASTNode, refuse: Refuse): Evaluate {
  const sides = (node.args as readonly ASTNode[]).map(({ op }) => op)
  if (sides.some((op) => op === 'list' || op === 'map')) throw refuse(node, 'lists are not compared; use in')
  return (view) => {
    const first = a(view)
    const second = b(view)
    if (first === undefined || second === undefined) return undefined
    if (typeof first === 'object' || typeof second === 'object') return undefined
    return (first === second) === wanted
  }
}

const within =
  (item: Evaluate, holder: Evaluate): Evaluate =>
  (view) => {
    const value = item(view)
    const held = holder(view)
    if (value === undefined || held === undefined) return undefined
    if (Array.isArray(held)) return held.includes(value as never)
    return isMap(held) && typeof value === 'string' ? Object.hasOwn(held, value) : undefined
  }

const ordered =
  (a: Evaluate, b: Evaluate, op: '<' | '<=' | '>' | '>='): Evaluate =>
  (view) => {
    const first = a(view)
    const second = b(view)
    if (first === undefined || second === undefined || typeof first !== typeof second) return undefined
    if (typeof first === 'object' || typeof second === 'object') return undefined
    return op === '<'
      ? first < second
      : op === '<='
        ? first <= second
        : op === '>'
          ? first > second
          : first >= second
  }

type Call = Extract<ASTNode, { op: 'call' | 'rcall' }>
type Text = (text: string, given: string) => Value

const texts: Readonly<Record<string, Text>> = {
  startsWith: (text, given) => text.startsWith(given),
  endsWith: (text, given) => text.endsWith(given),
  contains: (text, given) => text.includes(given),
}
const bare: Readonly<Record<string, (text: string) => Value>> = {
  lowerAscii: (text) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase()),
  upperAscii: (text) => text.replace(/[a-z]/g, (letter) => letter.toUpperCase()),
  trim: (text) => text.trim(),
  size: (text) => [...text].length,
}

function called(node: Call, refuse: Refuse): Evaluate {
  const name = node.args[0]
  const [receiver, given] = node.op === 'rcall' ? [node.args[1], node.args[2]] : [node.args[1][0], []]
  if (node.op === 'call' && (name === 'has' || name === 'size') && receiver && node.args[1].length === 1)
    return name === 'has' ? present(receiver, refuse) : sizeOf(evaluatorOf(receiver, refuse))
  if (node.op === 'rcall' && receiver) {
    const of = evaluatorOf(receiver, refuse)
    const [first] = given
    if (name === 'size' && !first) return sizeOf(of)
    const plain = Object.hasOwn(bare, name) ? bare[name] : undefined
    if (plain && !first) return onText(of, plain)
    if (first && given.length === 1) {
      const other = withText(name, of, first, refuse)
      if (other) return other
    }
  }
  throw refuse(node, `'${name}' is not taken in conditions of rules`)
}

function withText(name: string, of: Evaluate, given: ASTNode, refuse: Refuse): Evaluate | undefined {
  if (name === 'matches' || name === 'fits' || name === 'get') {
    if (given.op !== 'value' || typeof given.args !== 'string')
      throw refuse(given, `${name} takes a text in quotes`)
    if (name === 'get') return orEmpty(of, given.args)
    return onText(of, compiled(given, given.args, name === 'fits', refuse))
  }
  const test = Object.hasOwn(texts, name) ? texts[name] : undefined
  if (!test) return undefined
  const text = evaluatorOf(given, refuse)
  return (view) => {
    const first = of(view)
    const second = text(view)
    return typeof first === 'string' && typeof second === 'string' ? test(first, second) : undefined
  }
}

function compiled(
  node: ASTNode,
  pattern: string,
  anchored: boolean,
  refuse: Refuse,
): (text: string) => boolean {
  try {
    return patternTest(pattern, anchored)
  } catch (error) {
    throw refuse(node, messageOf(error))
  }
}

const onText =
  (of: Evaluate, test: (text: string) => Value): Evaluate =>
  (view) => {
    const value = of(view)
    return typeof value === 'string' ? test(value) : undefined
  }

const orEmpty =
  (map: Evaluate, key: string): Evaluate =>
  (view) => {
    const held = map(view)
    return isMap(held) ? (Object.hasOwn(held, key) ? held[key] : '') : undefined
  }

const sizeOf =
  (of: Evaluate): Evaluate =>
  (view) => {
    const value = of(view)
    if (typeof value === 'string') return [...value].length
    return typeof value === 'object' ? Object.keys(value).length : undefined
  }

function present(node: ASTNode, refuse: Refuse): Evaluate {
  if (node.op !== '.') throw refuse(node, 'has takes a field: has(labels.team)')
  const map = evaluatorOf(node.args[0], refuse)
  const key = node.args[1]
  return (view) => {
    const held = map(view)
    return isMap(held) ? Object.hasOwn(held, key) : undefined
  }
}
