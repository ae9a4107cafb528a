import type { ModelToolCall } from '../../port/language-model.ts'

const inputCharsMax = 65_536
const inputDepthMax = 32

/** The input where the model wrote a JSON object of sane size and depth; no text at all is an empty one. */
export function toolCallOf(
  id: string,
  name: string,
  raw: string,
  opaque?: Readonly<Record<string, unknown>>,
): ModelToolCall {
  return { id, name, input: inputOf(raw), raw: raw.slice(0, inputCharsMax), ...(opaque ? { opaque } : {}) }
}

function inputOf(raw: string): ModelToolCall['input'] {
  if (raw.trim() === '') return {}
  if (raw.length > inputCharsMax || depthOf(raw) > inputDepthMax) return undefined
  try {
    const value: unknown = JSON.parse(raw)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}

/** Of JSON text, without parsing it: whoever walks a value that is too deep would overflow the stack. */
function depthOf(raw: string): number {
  let [depth, most, quoted] = [0, 0, false]
  for (let at = 0; at < raw.length; at += 1) {
    const char = raw[at]
    if (quoted) {
      if (char === '\\') at += 1
      else if (char === '"') quoted = false
    } else if (char === '"') quoted = true
    else if (char === '{' || char === '[') {
      depth += 1
      most = Math.max(most, depth)
    } else if (char === '}' || char === ']') depth -= 1
  }
  return most
}
