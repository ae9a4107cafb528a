import { failed, type TemplateFunction } from './function.ts'
import type { Command, Node, Operand, Pipe, Template } from './node.ts'
import { Int, isTrue, printed, Struct, typeOf, type Value } from './value.ts'

/** Nodes that one run may visit, and characters that it may write. */
const stepsMax = 100_000
const outputMax = 262_144
const callsMax = 32

type Variable = { name: string; value: Value }
class Break {
  readonly word: 'break' | 'continue'
  constructor(word: 'break' | 'continue') {
    this.word = word
  }
}

/** Runs a parsed template over `data`, with `variables` already declared. Throws QUERY_FAILED with Go's sentences as far as they help. */
export async function executeTemplate(
  template: Template,
  data: Value,
  variables: Readonly<Record<string, Value>>,
  functions: ReadonlyMap<string, TemplateFunction>,
): Promise<string> {
  const run = new Run(template, functions)
  const scope = [
    { name: '$', value: data },
    ...Object.entries(variables).map(([name, value]) => ({ name, value })),
  ]
  await run.nodes(template.nodes, data, scope)
  return run.output
}

class Run {
  readonly #template: Template
  readonly #functions: ReadonlyMap<string, TemplateFunction>
  output = ''
  #steps = 0
  #calls = 0

  constructor(template: Template, functions: ReadonlyMap<string, TemplateFunction>) {
    this.#template = template
    this.#functions = functions
  }

  async nodes(nodes: readonly Node[], dot: Value, scope: Variable[]): Promise<void> {
    for (const node of nodes) await this.#node(node, dot, scope)
  }

  async #node(node: Node, dot: Value, scope: Variable[]): Promise<void> {
    this.#step()
    switch (node.node) {
      case 'text':
        return this.#write(node.text)
      case 'action': {
        const value = await this.#pipe(node.pipe, dot, scope)
        if (node.pipe.names.length === 0) this.#write(printed(value))
        return
      }
      case 'if':
      case 'with': {
        const inner = [...scope]
        const value = await this.#pipe(node.pipe, dot, inner)
        const holds = isTrue(value)
        const next = holds && node.node === 'with' ? value : dot
        return this.nodes(holds ? node.body : node.otherwise, next, inner)
      }
      case 'range':
        return this.#range(node, dot, scope)
      case 'break':
      case 'continue':
        throw new Break(node.node)
      case 'template':
        return this.#call(node.name, node.pipe, dot, scope)
    }
  }

  async #range(
    { pipe, body, otherwise }: { pipe: Pipe; body: readonly Node[]; otherwise: readonly Node[] },
    dot: Value,
    scope: Variable[],
  ): Promise<void> {
    const value = await this.#commands(pipe.commands, dot, scope)
    const entries = entriesOf(value)
    if (entries.length === 0) return this.nodes(otherwise, dot, [...scope])
    for (const [key, one] of entries) {
      this.#step()
      const inner = pipe.declares ? [...scope] : scope
      const values = pipe.names.length === 2 ? [key, one] : [one]
      pipe.names.forEach((name, at) => {
        if (pipe.declares) inner.push({ name, value: values[at] ?? null })
        else this.#assign(scope, name, values[at] ?? null)
      })
      try {
        await this.nodes(body, one, inner)
      } catch (error) {
        if (!(error instanceof Break)) throw error
        if (error.word === 'break') return
      }
    }
  }

  async #call(name: string, pipe: Pipe | undefined, dot: Value, scope: Variable[]): Promise<void> {
    const nodes = this.#template.defined.get(name)
    if (!nodes) throw failed(`template ${JSON.stringify(name)} not defined`)
    this.#calls += 1
    if (this.#calls > callsMax) throw failed(`exceeded maximum template depth (${callsMax})`)
    const value = pipe ? await this.#pipe(pipe, dot, [...scope]) : null
    await this.nodes(nodes, value, [{ name: '$', value }])
    this.#calls -= 1
  }

  async #pipe(pipe: Pipe, dot: Value, scope: Variable[]): Promise<Value> {
    const value = await this.#commands(pipe.commands, dot, scope)
    for (const name of pipe.names) {
      if (pipe.declares) scope.push({ name, value })
      else this.#assign(scope, name, value)
    }
    return value
  }

  async #commands(commands: readonly Command[], dot: Value, scope: Variable[]): Promise<Value> {
    let value: Value | undefined
    for (const command of commands) value = await this.#command(command, value, dot, scope)
    return value ?? null
  }

  async #command(
    [first, ...rest]: Command,
    last: Value | undefined,
    dot: Value,
    scope: Variable[],
  ): Promise<Value> {
    this.#step()
    if (first?.node !== 'function') {
      if (rest.length > 0 || last !== undefined)
        throw failed(`can't give argument to non-function ${shown(first)}`)
      return this.#operand(first!, dot, scope)
    }
    if (first.name === 'and' || first.name === 'or') return this.#lazy(first.name, rest, last, dot, scope)
    const args: Value[] = []
    for (const operand of rest) args.push(await this.#operand(operand, dot, scope))
    if (last !== undefined) args.push(last)
    return this.#functions.get(first.name)!(args)
  }

  /** Stops at the argument that decides. */
  async #lazy(
    name: 'and' | 'or',
    rest: readonly Operand[],
    last: Value | undefined,
    dot: Value,
    scope: Variable[],
  ): Promise<Value> {
    let value: Value | undefined
    for (const operand of rest) {
      value = await this.#operand(operand, dot, scope)
      if (isTrue(value) === (name === 'or')) return value
    }
    if (last !== undefined) return last
    if (value === undefined) throw failed(`wrong number of args for ${name}: want at least 1 got 0`)
    return value
  }

  async #operand(operand: Operand, dot: Value, scope: Variable[]): Promise<Value> {
    switch (operand.node) {
      case 'literal':
        return operand.value
      case 'dot':
        return dot
      case 'nil':
        throw failed('nil is not a command')
      case 'field':
        return fielded(dot, operand.fields)
      case 'variable':
        return fielded(scope.findLast(({ name }) => name === operand.name)?.value ?? null, operand.fields)
      case 'pipe':
        return fielded(await this.#pipe(operand.pipe, dot, scope), operand.fields)
      case 'function':
        return this.#command([operand], undefined, dot, scope)
    }
  }

  #assign(scope: Variable[], name: string, value: Value): void {
    const variable = scope.findLast((one) => one.name === name)
    if (variable) variable.value = value
  }

  #step(): void {
    this.#steps += 1
    if (this.#steps > stepsMax) throw failed('the template takes too many steps')
  }

  #write(text: string): void {
    this.output += text
    if (this.output.length > outputMax) throw failed('the result of the template is too long')
  }
}

/** Maps in order of their keys, as Go ranges over them. */
function entriesOf(value: Value): (readonly [Value, Value])[] {
  if (value === null) return []
  if (Array.isArray(value)) return (value as readonly Value[]).map((one, at) => [new Int(at), one])
  if (value instanceof Map)
    return [...(value as ReadonlyMap<string, Value>)].sort(([a], [b]) => (a < b ? -1 : 1))
  if (value instanceof Int)
    return Array.from({ length: Math.min(value.value, stepsMax) }, (_, at) => [new Int(at), new Int(at)])
  throw failed(`range can't iterate over ${printed(value)}`)
}

/** `missingkey=zero`: what a map lacks is the zero value of what it holds. */
function fielded(start: Value, fields: readonly string[]): Value {
  let value = start
  for (const field of fields) {
    if (value instanceof Map) value = (value as ReadonlyMap<string, Value>).get(field) ?? ''
    else if (value instanceof Struct && value.fields.has(field)) value = value.fields.get(field) ?? null
    else if (value === null) throw failed(`nil data; no entry for key ${JSON.stringify(field)}`)
    else throw failed(`can't evaluate field ${field} in type ${typeOf(value)}`)
  }
  return value
}

const shown = (operand: Operand | undefined): string =>
  operand?.node === 'literal' ? printed(operand.value) : (operand?.node ?? 'nothing')
