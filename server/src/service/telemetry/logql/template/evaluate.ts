import { functions } from './function.ts'
import type { TemplateData } from './index.ts'
import type { Node, Operand, Pipeline } from './parse.ts'
import { Float, isTrue, printed, TemplateError, type Value } from './value.ts'

/** Characters one run may make, and steps it may take: a `range` over a long list, `repeat` within `repeat`. */
const outputMax = 1_048_576
const stepsMax = 100_000

export function runTemplate(nodes: readonly Node[], data: TemplateData): string {
  const run = new Run(data)
  run.all(nodes, data, [])
  return run.text
}

/** The data itself is the dot until `with` or `range` change it. */
type Dot = Value | TemplateData
type Variables = { name: string; value: Value }[]
const isData = (dot: Dot): dot is TemplateData => typeof dot === 'object' && dot !== null && 'label' in dot

class Run {
  text = ''
  readonly #data: TemplateData
  #steps = 0
  constructor(data: TemplateData) {
    this.#data = data
  }

  all(nodes: readonly Node[], dot: Dot, variables: Variables): void {
    for (const node of nodes) {
      this.#step()
      if (node.node === 'text') this.#write(node.text)
      else if (node.node === 'action') {
        const value = this.#pipeline(node.pipeline, dot, variables)
        if (!node.pipeline.declares) this.#write(printed(value))
      } else if (node.node === 'range') this.#range(node, dot, variables)
      else {
        const own = [...variables]
        const value = this.#pipeline(node.pipeline, dot, own)
        const next = node.node === 'with' ? value : dot
        if (isTrue(value)) this.all(node.body, next, own)
        else this.all(node.otherwise, dot, own)
      }
    }
  }

  #range(node: Extract<Node, { node: 'if' | 'with' | 'range' }>, dot: Dot, variables: Variables): void {
    const { declares, commands } = node.pipeline
    const list = this.#pipeline({ commands }, dot, variables)
    const items: [Value, Value][] = Array.isArray(list)
      ? list.map((value, i) => [i, value])
      : list instanceof Map
        ? [...list].sort(([a], [b]) => (a < b ? -1 : 1))
        : typeof list === 'number' && list > 0
          ? Array.from({ length: Math.min(list, stepsMax) }, (_, i) => [i, i])
          : []
    if (items.length === 0) this.all(node.otherwise, dot, variables)
    for (const [key, value] of items) {
      const own = [...variables]
      const names = declares?.names ?? []
      if (names.length === 1) own.push({ name: names[0]!, value })
      if (names.length === 2) own.push({ name: names[0]!, value: key }, { name: names[1]!, value })
      this.all(node.body, value, own)
    }
  }

  #pipeline({ declares, commands }: Pipeline, dot: Dot, variables: Variables): Value {
    let value: Value = null
    commands.forEach((command, i) => {
      value = this.#command(command, dot, variables, i > 0 ? [value] : [])
    })
    if (declares) {
      const [name] = declares.names
      const known = declares.assigns ? variables.findLast((one) => one.name === name) : undefined
      if (known) known.value = value
      else variables.push({ name: name!, value })
    }
    return value
  }

  #command([first, ...rest]: readonly Operand[], dot: Dot, variables: Variables, piped: Value[]): Value {
    this.#step()
    if (first?.operand !== 'function') {
      if (rest.length > 0 || piped.length > 0) throw new TemplateError("can't give argument to non-function")
      return this.#value(first!, dot, variables)
    }
    if (first.name === 'and' || first.name === 'or') {
      let value: Value = null
      for (const operand of rest) {
        value = this.#value(operand, dot, variables)
        if (isTrue(value) === (first.name === 'or')) return value
      }
      return piped.length > 0 ? piped[0]! : value
    }
    return this.#call(first.name, [...rest.map((operand) => this.#value(operand, dot, variables)), ...piped])
  }

  #call(name: string, args: Value[]): Value {
    const found = functions.get(name)
    if (!found) throw new TemplateError(`function ${JSON.stringify(name)} not defined`)
    const [least, most] = found.args
    if (args.length < least || args.length > most)
      throw new TemplateError(
        `wrong number of args for ${name}: want ${least === most ? least : `at least ${least}`} got ${args.length}`,
      )
    return found.run(args, this.#data)
  }

  #value(operand: Operand, dot: Dot, variables: Variables): Value {
    switch (operand.operand) {
      case 'constant':
        return operand.float ? new Float(Number(operand.value)) : operand.value
      case 'pipeline':
        return this.#pipeline(operand.pipeline, dot, variables)
      case 'function':
        return this.#command([operand], dot, variables, [])
      case 'variable': {
        if (operand.name === '$') return this.#field(this.#data, operand.names)
        const known = variables.findLast((one) => one.name === operand.name)
        if (!known) throw new TemplateError(`undefined variable ${operand.name}`)
        return this.#field(known.value, operand.names)
      }
      case 'field':
        return this.#field(operand.of ? this.#value(operand.of, dot, variables) : dot, operand.names)
    }
  }

  #field(of: Dot, names: readonly string[]): Value {
    const [first, ...rest] = names
    if (isData(of)) {
      if (first === undefined) return new Map(Object.entries(of.labels()))
      return this.#field(of.label(first), rest)
    }
    if (first === undefined) return of
    if (of instanceof Map) return this.#field(of.get(first) ?? null, rest)
    if (of === null) throw new TemplateError(`nil pointer evaluating interface {}.${first}`)
    throw new TemplateError(`can't evaluate field ${first} in type ${typeof of}`)
  }

  #write(text: string): void {
    if (this.text.length + text.length > outputMax)
      throw new TemplateError(`the template made more than ${outputMax} characters`)
    this.text += text
  }
  #step(): void {
    this.#steps += 1
    if (this.#steps > stepsMax) throw new TemplateError(`the template took more than ${stepsMax} steps`)
  }
}
