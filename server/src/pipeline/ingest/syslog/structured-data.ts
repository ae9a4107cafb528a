/** Names are 32 characters by the RFC; longer ones are written in the field, up to this. */
const name = /[^\s=\]"\\]{1,128}/y
type Pairs = { structured: (readonly [string, string])[]; end: number }

/**
 * STRUCTURED-DATA of RFC 5424 §6.3 from `start` on; `end` is behind it. Where it is malformed, what there is belongs to the text:
 * the elements before it are kept, and the text begins with it.
 */
export function parseStructured(text: string, start: number): Pairs {
  const structured: (readonly [string, string])[] = []
  if (text[start] === '-') return { structured, end: start + 1 }
  let end = start
  while (text[end] === '[') {
    const element = parseElement(text, end)
    if (!element) break
    for (const pair of element.structured) structured.push(pair)
    end = element.end
  }
  return { structured, end }
}

function parseElement(text: string, start: number): Pairs | undefined {
  const id = take(text, start + 1)
  if (id === '') return undefined
  const structured: (readonly [string, string])[] = []
  let at = start + 1 + id.length
  while (text[at] === ' ') {
    const parameter = take(text, at + 1)
    at += 1 + parameter.length
    // Some senders leave a space before the bracket.
    if (parameter === '' && text[at] === ']') break
    if (parameter === '' || text[at] !== '=' || text[at + 1] !== '"') return undefined
    const value = quoted(text, at + 2)
    if (!value) return undefined
    structured.push([`${id}.${parameter}`, value.text])
    at = value.end
  }
  if (text[at] !== ']') return undefined
  // An element without parameters says something by being there.
  if (structured.length === 0) structured.push([id, 'true'])
  return { structured, end: at + 1 }
}

function take(text: string, at: number): string {
  name.lastIndex = at
  return name.exec(text)?.[0] ?? ''
}

/** A PARAM-VALUE up to its quote; a backslash before anything but `"`, `\` and `]` stands for itself. */
function quoted(text: string, start: number): { text: string; end: number } | undefined {
  let value = ''
  let from = start
  for (let at = start; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === 0x22) return { text: value + text.slice(from, at), end: at + 1 }
    if (code !== 0x5c) continue
    const next = text[at + 1]
    if (next !== '"' && next !== '\\' && next !== ']') continue
    value += text.slice(from, at)
    from = at + 1
    at += 1
  }
  return undefined
}
