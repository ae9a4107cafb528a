import { createHash } from 'node:crypto'

/** A tool as its server lists it: nothing of it is trusted. */
export type RawTool = {
  name: string
  title?: string | undefined
  description?: string | undefined
  inputSchema: Readonly<Record<string, unknown>>
  annotations?: { title?: string | undefined; readOnlyHint?: boolean | undefined } | undefined
}

/** Levels of nesting in a definition or an answer, at most. */
export const depthMax = 32
const definitionBytesMax = 65_536
const descriptionMax = 2_000
const titleMax = 100
/** Providers of language models take names of so many characters, of these. */
const nameMax = 64
const toolName = /^[A-Za-z0-9_-]+$/

/** Over all of the definition, keys in order, so that the same definition has the same hash however it is written. */
export const hashOf = (tool: RawTool): string => createHash('sha256').update(canonical(tool)).digest('hex')

/** Why a tool cannot be offered, or undefined. */
export function problemOf(server: string, tool: RawTool, allowed: readonly string[]): string | undefined {
  if (!toolName.test(tool.name) || `${server}__${tool.name}`.length > nameMax)
    return 'its name has characters other than letters, digits, _ and -, or is too long'
  if (depthOf(tool) > depthMax) return `its definition is nested deeper than ${depthMax} levels`
  if (Buffer.byteLength(JSON.stringify(tool)) > definitionBytesMax)
    return `its definition is larger than ${definitionBytesMax} bytes`
  if (hasRemoteReference(tool.inputSchema)) return 'its input schema refers to another document'
  if (tool.annotations?.readOnlyHint !== true && !allowed.includes(tool.name))
    return 'it does not say that it only reads, and mcp.servers[].allow does not name it'
  return undefined
}

/** Words of its server, bounded and without control characters. */
export const describedOf = (tool: RawTool): { title: string; description: string } => ({
  title: plain(tool.title ?? tool.annotations?.title ?? tool.name).slice(0, titleMax),
  description: plain(tool.description ?? '').slice(0, descriptionMax),
})

/** Levels of nesting, counted without recursion; more than `depthMax + 1` is not counted on. */
export function depthOf(value: unknown): number {
  let level = [value]
  for (let depth = 0; ; depth++) {
    const inner = level.flatMap((one) =>
      typeof one === 'object' && one !== null ? (Object.values(one) as unknown[]) : [],
    )
    if (inner.length === 0 || depth > depthMax) return depth
    level = inner
  }
}

/** Only what lies in the same document is looked up by whoever reads the schema. */
function hasRemoteReference(schema: unknown): boolean {
  if (typeof schema !== 'object' || schema === null) return false
  return Object.entries(schema).some(
    ([key, value]) =>
      (/^\$(ref|dynamicRef|recursiveRef)$/.test(key) &&
        !(typeof value === 'string' && value.startsWith('#'))) ||
      hasRemoteReference(value),
  )
}

/** Controls, and what a person does not see and a language model reads: formats, tags, fillers. */
const control = /(?:(?!\n)\p{Cc}|[\p{Cf}\p{Cs}\p{Co}\p{Default_Ignorable_Code_Point}])+/gu
export const plain = (text: string): string => text.replace(control, ' ')

/** JSON with keys in order (RFC 8785, but for numbers, which keep the form of JavaScript). */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const entries = Object.entries(value).filter(([, one]) => one !== undefined)
  entries.sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, one]) => `${JSON.stringify(key)}:${canonical(one)}`).join(',')}}`
}
