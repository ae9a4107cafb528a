/** An element of a document; its text is that of itself without its children's. */
export type XmlElement = { name: string; id: string; text: string; children: XmlElement[] }

const elementsMax = 100_000
const depthMax = 32
const bytesMax = 8 << 20

/**
 * Reads the simple XML that `nvidia-smi -q -x` writes: elements, an `id`, text; no entities but the five of XML 1.0, nothing outside is
 * ever fetched. Undefined where it is not well formed or too large.
 */
export function parseXml(text: string): XmlElement | undefined {
  if (text.length > bytesMax) return undefined
  const stack: XmlElement[] = []
  let root: XmlElement | undefined
  let count = 0
  let at = text.indexOf('<')
  while (at >= 0) {
    const end = text.startsWith('<!--', at) ? text.indexOf('-->', at) + 2 : text.indexOf('>', at)
    if (end < at + 1) return undefined
    const tag = text.slice(at + 1, end)
    const next = text.indexOf('<', end)
    if (tag.startsWith('/')) {
      const open = stack.pop()
      if (open?.name !== tag.slice(1).trim()) return undefined
      if (stack.length === 0) return root
    } else if (!tag.startsWith('?') && !tag.startsWith('!')) {
      const name = /^[\w.-]{1,100}/.exec(tag)?.[0]
      if (name === undefined || ++count > elementsMax || stack.length >= depthMax) return undefined
      const element: XmlElement = { name, id: /\sid="([^"]*)"/.exec(tag)?.[1] ?? '', text: '', children: [] }
      if (!tag.endsWith('/'))
        element.text = withoutEntities(text.slice(end + 1, next < 0 ? text.length : next).trim())
      stack.at(-1)?.children.push(element)
      root ??= element
      if (!tag.endsWith('/')) stack.push(element)
      else if (stack.length === 0) return root
    }
    at = next
  }
  return undefined
}

/** The first element along a path. */
export function child(from: XmlElement | undefined, ...path: readonly string[]): XmlElement | undefined {
  let element = from
  for (const name of path) element = element?.children.find((one) => one.name === name)
  return element
}

export const textOf = (from: XmlElement | undefined, ...path: readonly string[]): string =>
  child(from, ...path)?.text ?? ''

export const all = (from: XmlElement | undefined, name: string): XmlElement[] =>
  from?.children.filter((one) => one.name === name) ?? []

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }
const withoutEntities = (text: string): string =>
  text.includes('&')
    ? text.replace(/&(lt|gt|amp|quot|apos);/g, (_, name: string) => entities[name] ?? '')
    : text
