import { readFileSync, statSync } from 'node:fs'
import { parse as parseYaml } from 'yaml'
import { z } from 'zod'
import { Fault } from '../kernel/fault.ts'

export type Source = 'default' | 'file' | 'environment' | 'flag'
export type Setting = { name: string; value: unknown; source: Source; description: string }
export type SettingsInput = {
  file?: string
  environment: Readonly<Record<string, string | undefined>>
  flags: Readonly<Record<string, unknown>>
}

type Tree = { [key: string]: unknown }
type Leaf = { schema: z.ZodType; description: string }
type Leaves = ReadonlyMap<string, Leaf>
/** Where values come from as they are read, and what is wrong, one line each. */
type Reading = { leaves: Leaves; tree: Tree; sources: Map<string, Source>; problems: string[] }

const fileBytesMax = 1_048_576

/** `server.port` is `AIOPS_SERVER_PORT`. */
export const environmentName = (name: string): string => `AIOPS_${name.replaceAll('.', '_').toUpperCase()}`

/**
 * A configuration and where each setting came from. Later wins: defaults, file, environment, flags.
 * Text from environment and flags is read as YAML where that fits the setting, else taken as it is; an empty variable is none.
 * Throws CONFIG_INVALID with one line for each thing that is wrong.
 */
export function loadSettings<S extends z.ZodObject>(
  schema: S,
  input: SettingsInput,
): { config: z.output<S>; settings: Setting[] } {
  const reading: Reading = { leaves: settingsOf(schema), tree: {}, sources: new Map(), problems: [] }
  if (input.file !== undefined) readTree(reading, readFile(input.file))
  for (const [name, { schema: leaf }] of reading.leaves) {
    const text = input.environment[environmentName(name)]
    if (text !== undefined && text !== '') put(reading, name, fromText(leaf, text), 'environment')
  }
  for (const [name, value] of Object.entries(input.flags)) {
    const leaf = reading.leaves.get(name)
    if (value === undefined) continue
    if (leaf) put(reading, name, typeof value === 'string' ? fromText(leaf.schema, value) : value, 'flag')
    else reading.problems.push(unknownSetting(name, reading.leaves))
  }
  // Once: zod's compiled readers, which pay for themselves after hundreds, would take longer to compile than this.
  const parsed = schema.safeParse(reading.tree, { jitless: true })
  if (!parsed.success) reading.problems.push(...problemsOf(parsed.error, reading.sources))
  if (reading.problems.length > 0 || !parsed.success)
    throw new Fault('CONFIG_INVALID', reading.problems.join('\n'))
  const settings = [...reading.leaves].map(([name, { description }]) => ({
    name,
    value: valueAt(parsed.data, name),
    source: reading.sources.get(name) ?? ('default' as const),
    description,
  }))
  return { config: parsed.data, settings }
}

/** Every leaf by its dotted name, in the schema's order. A list or a map that people fill is one leaf. */
export function settingsOf(schema: z.ZodType, prefix = ''): Leaves {
  const inner = unwrapped(schema)
  if (!(inner instanceof z.ZodObject))
    return new Map([[prefix, { schema, description: schema.description ?? inner.description ?? '' }]])
  const leaves = new Map<string, Leaf>()
  for (const [key, value] of Object.entries(inner.shape as Record<string, z.ZodType>)) {
    for (const [name, leaf] of settingsOf(value, prefix === '' ? key : `${prefix}.${key}`))
      leaves.set(name, leaf)
  }
  return leaves
}

function unwrapped(schema: z.ZodType): z.ZodType {
  const { innerType } = schema.def as { innerType?: z.ZodType }
  return innerType ? unwrapped(innerType) : schema
}

function readFile(path: string): Tree {
  const fail = (sentence: string, cause?: unknown): never => {
    throw new Fault('CONFIG_INVALID', `${path}: ${sentence}`, { cause })
  }
  let content: unknown
  try {
    if (statSync(path).size > fileBytesMax) fail('a configuration file is 1 MiB at most.')
    content = parseYaml(readFileSync(path, 'utf8'), { maxAliasCount: 20, logLevel: 'error' })
  } catch (error) {
    if (error instanceof Fault) throw error
    const { code, message } = error as { code?: string; message: string }
    if (code === 'ENOENT') fail('there is no such file.', error)
    // What follows the first line is a drawing of the place.
    fail(`it cannot be read: ${message.split('\n')[0]?.replace(/:$/, '')}.`, error)
  }
  if (content === null || content === undefined) return {}
  if (typeof content !== 'object' || Array.isArray(content)) fail('it must be a mapping of settings.')
  return content as Tree
}

/** What a file sets; descends where the schema does, and takes dotted names for nested ones. */
function readTree(reading: Reading, tree: Tree, prefix = ''): void {
  for (const [key, value] of Object.entries(tree)) {
    const name = prefix === '' ? key : `${prefix}.${key}`
    if (reading.leaves.has(name)) put(reading, name, value, 'file')
    else if (!isGroup(name, reading.leaves)) reading.problems.push(unknownSetting(name, reading.leaves))
    else if (typeof value === 'object' && !Array.isArray(value))
      readTree(reading, (value ?? {}) as Tree, name)
    else reading.problems.push(`${name}: this is a group of settings, not one; write them below it.`)
  }
}

const isGroup = (name: string, leaves: Leaves): boolean =>
  [...leaves.keys()].some((known) => known.startsWith(`${name}.`))

function put(reading: Reading, name: string, value: unknown, source: Source): void {
  const { schema } = reading.leaves.get(name)!
  for (const stray of strayKeys(schema, value, name))
    reading.problems.push(`${stray}${originOf(name, source)}: there is no such field.`)
  const path = name.split('.')
  const last = path.pop()!
  let at = reading.tree
  for (const key of path) {
    at[key] ??= {}
    at = at[key] as Tree
  }
  at[last] = value
  reading.sources.set(name, source)
}

/** Fields inside a list or map that nobody would read: a misspelt one must not silently mean its default. */
function strayKeys(schema: z.ZodType, value: unknown, path: string): string[] {
  const inner = unwrapped(schema)
  if (inner instanceof z.ZodArray && Array.isArray(value))
    return value.flatMap((item, i) => strayKeys(inner.element as z.ZodType, item, `${path}.${i}`))
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return []
  if (inner instanceof z.ZodRecord)
    return Object.entries(value).flatMap(([key, item]) =>
      strayKeys(inner.valueType as z.ZodType, item, `${path}.${key}`),
    )
  if (!(inner instanceof z.ZodObject)) return []
  const shape = inner.shape as Record<string, z.ZodType>
  return Object.entries(value).flatMap(([key, item]) =>
    Object.hasOwn(shape, key) ? strayKeys(shape[key]!, item, `${path}.${key}`) : [`${path}.${key}`],
  )
}

function fromText(schema: z.ZodType, text: string): unknown {
  let value: unknown
  try {
    value = parseYaml(text, { maxAliasCount: 20, logLevel: 'error' }) ?? text
  } catch {
    return text
  }
  return !schema.safeParse(value).success && schema.safeParse(text).success ? text : value
}

function problemsOf(error: z.ZodError, sources: ReadonlyMap<string, Source>): string[] {
  return error.issues.map((issue) => {
    const path = issue.path.join('.')
    const name = [...sources.keys()].find((known) => path === known || path.startsWith(`${known}.`))
    return `${path}${name ? originOf(name, sources.get(name)!) : ''}: ${issue.message}`
  })
}

function originOf(name: string, source: Source): string {
  if (source === 'environment') return ` (from ${environmentName(name)})`
  return source === 'flag' ? ' (from the command line)' : ''
}

const valueAt = (tree: unknown, name: string): unknown =>
  name.split('.').reduce<unknown>((at, key) => (at as Tree | undefined)?.[key], tree)

function unknownSetting(name: string, leaves: Leaves): string {
  const shown = name.slice(0, 100)
  const near = nearest(name, [...leaves.keys()])
  return `${shown}: there is no such setting${near ? `; did you mean ${near}?` : '.'}`
}

/** A setting of the same last word, else the one with the fewest letters to change: a third of them at most. */
function nearest(name: string, names: readonly string[]): string | undefined {
  const last = name.split('.').at(-1) ?? ''
  const same = names.find((known) => known.split('.').at(-1) === last)
  if (same) return same
  if (name.length > 100) return undefined
  const groups = names.flatMap((known) =>
    known.split('.').map((_, i, parts) => parts.slice(0, i + 1).join('.')),
  )
  const [found] = [...new Set(groups)]
    .map((known) => ({ known, distance: editDistance(name, known) }))
    .filter(({ known, distance }) => distance <= known.length / 3)
    .sort((a, b) => a.distance - b.distance)
  return found?.known
}

/** Levenshtein's distance, row by row. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const changed = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, changed))
    }
    row = next
  }
  return row[b.length]!
}
