/** A reader of XML 1.0 that takes nothing but what is well formed: elements, attributes, text, the five entities and character references. */
export type Element = { name: string; attributes: Record<string, string>; children: Element[]; text: string }

const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

export function readXml(document: string): Element {
  const rest = document.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n/, '')
  if (rest === document) throw new Error('no XML declaration')
  if (/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(rest))
    throw new Error('a character that XML has none for')
  const root: Element = { name: '', attributes: {}, children: [], text: '' }
  const open = [root]
  const token = /<(\/?)([A-Za-z][\w:.-]*)((?:\s+[\w:.-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/gy
  while (token.lastIndex < rest.length) {
    const from = token.lastIndex
    const found = token.exec(rest)
    if (!found) throw new Error(`not well formed at ${JSON.stringify(rest.slice(from, from + 40))}`)
    const [, closes, name = '', attributes = '', empty, text] = found
    const top = open.at(-1)!
    if (text !== undefined) top.text += decoded(text)
    else if (closes) {
      if (top.name !== name || attributes !== '') throw new Error(`</${name}> closes ${top.name}`)
      open.pop()
    } else {
      const element: Element = { name, attributes: {}, children: [], text: '' }
      for (const [, key, value] of attributes.matchAll(/([\w:.-]+)="([^"]*)"/g)) {
        if (Object.hasOwn(element.attributes, key!)) throw new Error(`${key} twice`)
        element.attributes[key!] = decoded(value!)
      }
      top.children.push(element)
      if (!empty) open.push(element)
    }
  }
  if (open.length !== 1 || root.children.length !== 1 || root.text.trim() !== '')
    throw new Error('not one document')
  return root.children[0]!
}

const decoded = (text: string): string =>
  text.replace(/&(?:#(\d+)|([a-z]+));|&/g, (all, code, name) => {
    if (code !== undefined) return String.fromCodePoint(Number(code))
    if (name !== undefined && named[name] !== undefined) return named[name]
    throw new Error(`${all} is no reference`)
  })

export const child = (element: Element, name: string): Element => {
  const found = element.children.find((one) => one.name === name)
  if (!found) throw new Error(`<${element.name}> has no <${name}>`)
  return found
}
