import { Fault } from '../../../kernel/fault.ts'
import { placeOf, placesOf } from '../../../kernel/hcl-token.ts'
import type { Variable, VariableValue } from './variable.ts'

const string = /"(?:[^"\\]|\\.)*"/y
const space = /[ \t\r\n]*/y

/** The variables of a `*.tfvars.json` file, in its order. Throws INVALID_REQUEST for what is no JSON object, or has a key twice. */
export function readTfvarsJson(text: string): Variable[] {
  const whole = parsed(text)
  if (typeof whole !== 'object' || whole === null || Array.isArray(whole))
    throw new Fault('INVALID_REQUEST', 'A file of variables in JSON is one object.')
  const values = whole as Readonly<Record<string, VariableValue>>
  const places = placesOf(text)
  const seen = new Map<string, Variable>()
  for (const { name, at, start, end } of fieldsOf(text)) {
    const { line, column } = places(at)
    const before = seen.get(name)
    if (before)
      throw new Fault(
        'INVALID_REQUEST',
        `Line ${line}, column ${column}: ${name} was set before, in line ${before.line}.`,
      )
    seen.set(name, { name, value: values[name]!, start, end, line, column })
  }
  return [...seen.values()]
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const offset = Number(/position (\d+)/.exec((error as Error).message)?.[1] ?? Number.NaN)
    const { line, column } = placeOf(text, Number.isNaN(offset) ? text.length : offset)
    throw new Fault('INVALID_REQUEST', `Line ${line}, column ${column}: this is no JSON.`)
  }
}

/** Where the fields of the outermost object lie. The text is JSON, so that this need only tell strings and brackets apart. */
function fieldsOf(text: string): { name: string; at: number; start: number; end: number }[] {
  const fields: { name: string; at: number; start: number; end: number }[] = []
  let at = afterSpace(text, text.indexOf('{') + 1)
  while (text[at] === '"') {
    const nameEnd = afterString(text, at)
    const name = JSON.parse(text.slice(at, nameEnd)) as string
    const start = afterSpace(text, afterSpace(text, nameEnd) + 1)
    const end = afterValue(text, start)
    fields.push({ name, at, start, end })
    at = afterSpace(text, end)
    if (text[at] === ',') at = afterSpace(text, at + 1)
  }
  return fields
}

function afterValue(text: string, start: number): number {
  let depth = 0
  let at = start
  while (at < text.length) {
    const char = text[at]!
    if (char === '"') {
      at = afterString(text, at)
      if (depth === 0) return at
      continue
    }
    if (depth === 0 && (char === ',' || char === '}' || /\s/.test(char))) return at
    if (char === '{' || char === '[') depth += 1
    if (char === '}' || char === ']') {
      depth -= 1
      if (depth === 0) return at + 1
    }
    at += 1
  }
  return at
}

function afterString(text: string, at: number): number {
  string.lastIndex = at
  return at + (string.exec(text)?.[0].length ?? 1)
}

function afterSpace(text: string, at: number): number {
  space.lastIndex = at
  return at + (space.exec(text)?.[0].length ?? 0)
}
