import { Float, TemplateError, type Value } from './value.ts'

/** A JSON document as templates see it: objects are maps, numbers float64. */
export function jsonValue(text: string): Value {
  try {
    return asValue(JSON.parse(text))
  } catch (error) {
    if (error instanceof SyntaxError) throw new TemplateError('fromJson: the text is not JSON')
    throw error
  }
}

function asValue(json: unknown): Value {
  if (typeof json === 'number') return new Float(json)
  if (Array.isArray(json)) return json.map(asValue)
  if (typeof json === 'object' && json !== null)
    return new Map(Object.entries(json).map(([name, value]) => [name, asValue(value)]))
  return json as string | boolean | null
}
