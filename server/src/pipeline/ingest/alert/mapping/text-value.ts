import { z } from 'zod'
import { type Path, parsePath, type Scope, valueAt } from './path.ts'

const PathText = z
  .string()
  .max(512)
  .superRefine((text, context) => {
    try {
      parsePath(text)
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message })
    }
  })

const parts = {
  /** By the value found, whatever its case; `*` for all others. */
  map: z.record(z.string().max(256), z.string().max(1_024)).optional(),
  default: z.string().max(4_096).optional(),
}
/** A template with `{{path}}`, or where to look, first found first. */
export const TextValue = z.union([
  z.string().max(4_096),
  z.strictObject({ path: z.union([PathText, z.array(PathText).min(1).max(16)]), ...parts }),
  z.strictObject({ template: z.string().max(4_096), ...parts }),
])
export type TextValue = z.infer<typeof TextValue>
export { PathText }

/** Undefined where nothing is found. */
export type TextReader = (scope: Scope) => string | undefined

/** Longest text of one value, characters; longer ones are refused further on, where the limit is named. */
const textMax = 100_000

export function textReader(value: TextValue): TextReader {
  if (typeof value === 'string') return template(value)
  const read =
    'template' in value
      ? template(value.template)
      : firstOf([value.path].flat().map((path) => parsePath(path)))
  const map = value.map && new Map(Object.entries(value.map).map(([from, to]) => [from.toLowerCase(), to]))
  return (scope) => {
    const found = read(scope)
    const mapped =
      found === undefined || found === ''
        ? undefined
        : map
          ? (map.get(found.toLowerCase()) ?? map.get('*') ?? found)
          : found
    return mapped ?? value.default
  }
}

/** A number or a truth value is its text; what is a list or a mapping, its JSON. */
export function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'string') return value
  if (typeof value === 'object') return JSON.stringify(value).slice(0, textMax)
  return String(value)
}

const firstOf =
  (paths: readonly Path[]): TextReader =>
  (scope) => {
    for (const path of paths) {
      const text = textOf(valueAt(path, scope))
      if (text !== undefined && text !== '') return text
    }
    return undefined
  }

/** What is not found is empty. One pass: what a value holds is never read as a template again. Throws a sentence on a path that is none. */
function template(text: string): TextReader {
  const pieces: (string | Path)[] = []
  let at = 0
  for (const match of text.matchAll(/\{\{\s*([^{}]*?)\s*\}\}/g)) {
    pieces.push(text.slice(at, match.index), parsePath(match[1] ?? ''))
    at = match.index + match[0].length
  }
  pieces.push(text.slice(at))
  return (scope) =>
    pieces
      .map((piece) => (typeof piece === 'string' ? piece : (textOf(valueAt(piece, scope)) ?? '')))
      .join('')
      .slice(0, textMax)
}
