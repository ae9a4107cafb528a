import { Fault } from '../../../kernel/fault.ts'

/** What is met while reading XML from beginning to end. Names are without their namespace's prefix. */
export type XmlEvent =
  | { type: 'OPEN'; name: string; attributes: ReadonlyMap<string, string> }
  | { type: 'TEXT'; text: string }
  | { type: 'CLOSE'; name: string }

const depthMax = 32
const attributesMax = 64
const nameMax = 256
const valueMax = 65_536

/**
 * Reads the XML that management files are made of: elements, attributes, text, CDATA. No document type is accepted, so that there are
 * no entities but XML's own five and characters by number: nothing can grow, and nothing outside is asked for. Each character is looked
 * at a bounded number of times. Throws INVALID_REQUEST.
 */
export function* xmlEvents(text: string): Generator<XmlEvent, void, void> {
  const open: string[] = []
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0
  while (at < text.length) {
    if (text[at] !== '<') {
      const end = indexOrEnd(text, '<', at)
      const content = text.slice(at, end)
      if (open.length > 0) yield { type: 'TEXT', text: decoded(content) }
      else if (content.trim() !== '') throw bad('has text outside of its elements')
      at = end
      continue
    }
    if (text.startsWith('<!--', at)) {
      at = after(text, '-->', at + 4, 'a comment')
    } else if (text.startsWith('<![CDATA[', at)) {
      const end = after(text, ']]>', at + 9, 'a CDATA section')
      if (open.length > 0) yield { type: 'TEXT', text: text.slice(at + 9, end - 3) }
      at = end
    } else if (text.startsWith('<?', at)) {
      at = after(text, '?>', at + 2, 'a processing instruction')
    } else if (text.startsWith('<!', at)) {
      throw bad('declares a document type, which is not accepted')
    } else if (text[at + 1] === '/') {
      const end = after(text, '>', at + 2, 'a tag')
      const name = localOf(text.slice(at + 2, end - 1).trim())
      if (open.pop() !== name) throw bad(`closes ${shown(name)} where it is not open`)
      yield { type: 'CLOSE', name }
      at = end
    } else {
      const tag = openTag(text, at + 1)
      if (open.length >= depthMax) throw bad(`is nested deeper than ${depthMax} elements`)
      yield { type: 'OPEN', name: tag.name, attributes: tag.attributes }
      if (tag.closed) yield { type: 'CLOSE', name: tag.name }
      else open.push(tag.name)
      at = tag.end
    }
  }
  if (open.length > 0) throw bad(`ends before ${shown(open.at(-1) ?? '')} is closed`)
}

type OpenTag = { name: string; attributes: Map<string, string>; closed: boolean; end: number }

const nameAt = /[A-Za-z_][\w.:-]*/y
const spaceAt = /\s*/y
const equalsAt = /\s*=\s*/y

function openTag(text: string, start: number): OpenTag {
  const name = take(nameAt, text, start)
  if (name === undefined) throw bad('has a tag without a name')
  const attributes = new Map<string, string>()
  let at = start + name.length
  for (;;) {
    at += (take(spaceAt, text, at) ?? '').length
    if (text[at] === '>') return { name: localOf(name), attributes, closed: false, end: at + 1 }
    if (text[at] === '/' && text[at + 1] === '>')
      return { name: localOf(name), attributes, closed: true, end: at + 2 }
    const attribute = take(nameAt, text, at)
    if (attribute === undefined) throw bad(`has a broken tag ${shown(name)}`)
    at += attribute.length
    const equals = take(equalsAt, text, at)
    const quote = text[at + (equals?.length ?? 0)]
    if (equals === undefined || (quote !== '"' && quote !== "'"))
      throw bad(`has an attribute ${shown(attribute)} without a value`)
    at += equals.length + 1
    const end = text.indexOf(quote, at)
    if (end < 0 || end - at > valueMax) throw bad(`has an attribute ${shown(attribute)} without an end`)
    if (attributes.size >= attributesMax) throw bad(`has a tag with more than ${attributesMax} attributes`)
    attributes.set(localOf(attribute), decoded(text.slice(at, end)))
    at = end + 1
  }
}

function take(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0]
}

function localOf(name: string): string {
  if (name.length > nameMax) throw bad(`has a name of more than ${nameMax} characters`)
  return name.slice(name.lastIndexOf(':') + 1)
}

const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

function decoded(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(
    /&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|([^;&\s]{0,32}));?/g,
    (all, decimal, hex, name) => {
      if (!all.endsWith(';')) throw bad('has an & that begins no reference')
      if (name !== undefined) {
        const character = Object.hasOwn(named, name) ? named[name] : undefined
        if (character === undefined)
          throw bad(`refers to an entity ${shown(name)}, and entities are not accepted`)
        return character
      }
      const code = decimal !== undefined ? Number(decimal) : Number.parseInt(hex, 16)
      if (code === 0 || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
        throw bad('refers to a character that there is not')
      return String.fromCodePoint(code)
    },
  )
}

function after(text: string, mark: string, from: number, what: string): number {
  const found = text.indexOf(mark, from)
  if (found < 0) throw bad(`ends within ${what}`)
  return found + mark.length
}

function indexOrEnd(text: string, mark: string, from: number): number {
  const found = text.indexOf(mark, from)
  return found < 0 ? text.length : found
}

const shown = (name: string): string => JSON.stringify(name.slice(0, 64))

const bad = (what: string): Fault => new Fault('INVALID_REQUEST', `The XML ${what}.`)
