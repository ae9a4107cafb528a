import { isDeepStrictEqual } from 'node:util'
import { assert } from '../../../kernel/assert.ts'
import { Fault } from '../../../kernel/fault.ts'
import { hclLiteral, readTfvars } from './tfvars.ts'
import { readTfvarsJson } from './tfvars-json.ts'
import type { Variable, VariableValue } from './variable.ts'

export type VariableEdit = { name: string; value: VariableValue }

/** Characters of one file. */
const textLengthMax = 1_048_576

/** By the end of its name, as the engines tell them apart. */
export function readVariables(path: string, text: string): Variable[] {
  if (text.length > textLengthMax)
    throw new Fault('INVALID_REQUEST', `${path} has more than ${textLengthMax} characters.`)
  const read = named(path, () => languageOf(path).read(text))
  assert(new Set(read.map(({ name }) => name)).size === read.length, 'a variable was read twice')
  return read
}

/**
 * Sets variables and leaves every other character as it is: comments, order, alignment, line ends. What has the value already is not
 * touched. `add`: those that are not there are put at the end; without it they are refused with NOT_FOUND.
 */
export function editVariables(
  path: string,
  text: string,
  edits: readonly VariableEdit[],
  { add = false }: { add?: boolean } = {},
): string {
  const { literal, append } = languageOf(path)
  const before = readVariables(path, text)
  const byName = new Map(before.map((variable) => [variable.name, variable]))
  if (new Set(edits.map(({ name }) => name)).size < edits.length)
    throw new Fault('INVALID_REQUEST', 'A variable is set twice by one change.')
  const missing = edits.filter(({ name }) => !byName.has(name))
  if (missing.length > 0 && !add)
    throw new Fault('NOT_FOUND', `${path} has no variable ${missing.map(({ name }) => name).join(', ')}.`)
  const present = edits
    .flatMap(({ name, value }) => {
      const variable = byName.get(name)
      return variable && !isSame(variable.value, value) ? [{ variable, value }] : []
    })
    // From the end, so that the places of the others stay.
    .toSorted((a, b) => b.variable.start - a.variable.start)
  let edited = text
  for (const { variable, value } of present)
    edited = edited.slice(0, variable.start) + literal(value) + edited.slice(variable.end)
  for (const { name, value } of missing) edited = append(edited, name, value)
  checkEdited(path, before, edits, edited)
  return edited
}

type Language = {
  read(text: string): Variable[]
  literal(value: VariableValue): string
  append(text: string, name: string, value: VariableValue): string
}

const hcl: Language = { read: readTfvars, literal: hclLiteral, append: appendHcl }
const json: Language = { read: readTfvarsJson, literal: jsonLiteral, append: appendJson }

function languageOf(path: string): Language {
  if (path.endsWith('.tfvars.json')) return json
  if (path.endsWith('.tfvars')) return hcl
  throw new Fault(
    'INVALID_REQUEST',
    `${path} is no file of variables: its name ends in neither .tfvars nor .tfvars.json.`,
  )
}

function named<T>(path: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw error instanceof Fault ? new Fault(error.code, `${path}: ${error.message}`) : error
  }
}

function appendHcl(text: string, name: string, value: VariableValue): string {
  if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(name))
    throw new Fault('INVALID_REQUEST', `${name} is no name of a variable.`)
  const line = lineEndOf(text)
  const end = text === '' || text.endsWith('\n') ? '' : line
  return `${text}${end}${name} = ${hclLiteral(value)}${line}`
}

function appendJson(text: string, name: string, value: VariableValue): string {
  const field = `${JSON.stringify(name)}: ${jsonLiteral(value)}`
  const last = readTfvarsJson(text).at(-1)
  const at = last ? last.end : text.indexOf('{') + 1
  const line = text.includes('\n') ? `${lineEndOf(text)}  ` : ' '
  return `${text.slice(0, at)}${last ? ',' : ''}${line}${field}${last ? '' : lineEndOf(text)}${text.slice(at)}`
}

function jsonLiteral(value: VariableValue): string {
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new Fault('INVALID_REQUEST', `${value} is no number that can be written.`)
  return JSON.stringify(value)
}

const lineEndOf = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n')

/** What was written is read again: everything else is as it was, and what was set has its value. */
function checkEdited(
  path: string,
  before: readonly Variable[],
  edits: readonly VariableEdit[],
  edited: string,
): void {
  const wanted = new Map(before.map(({ name, value }) => [name, value]))
  for (const { name, value } of edits) wanted.set(name, value)
  const after = new Map(readVariables(path, edited).map(({ name, value }) => [name, value]))
  const same = [...wanted].every(([name, value]) => isSame(after.get(name), value))
  assert(same && after.size === wanted.size, 'an edit of variables changed more than it should')
}

/** As both languages write it: they know no -0. */
const isSame = (a: VariableValue | undefined, b: VariableValue): boolean =>
  a !== undefined && isDeepStrictEqual(JSON.parse(JSON.stringify(a)), JSON.parse(JSON.stringify(b)))
