/** Citations in an answer's Markdown: `[e1]` and `[c2]` become links to `#cite-e1`, which the page shows as buttons. */

/** As much of a Markdown tree (mdast) as is looked at here. */
export type MarkdownNode = {
  type: string
  value?: string
  url?: string
  label?: string
  alt?: string
  children?: MarkdownNode[]
}

const mark = /\[([ec]\d{1,6}(?:\s*,\s*[ec]\d{1,6})*)\]/g
const prefix = '#cite-'
/** Of nesting; what lies deeper is left as it is. */
const depthMax = 100

/** The record that a link leads to; undefined for other links. */
export const citedBy = (href: string | undefined): string | undefined =>
  href?.startsWith(prefix) ? href.slice(prefix.length) : undefined

/** A text as its parts: words, and ids that are cited. */
export function citationParts(text: string): ({ text: string } | { cite: string })[] {
  const parts: ({ text: string } | { cite: string })[] = []
  let at = 0
  for (const found of text.matchAll(mark)) {
    if (found.index > at) parts.push({ text: text.slice(at, found.index) })
    for (const id of (found[1] ?? '').split(',')) parts.push({ cite: id.trim() })
    at = found.index + found[0].length
  }
  if (at < text.length) parts.push({ text: text.slice(at) })
  return parts
}

/**
 * A remark plugin. References are written back as the text they were: no line of the answer can give `[e1]` another
 * meaning by defining it.
 */
export function remarkCitations() {
  return (tree: MarkdownNode): void => rewrite(tree, 0)
}

function rewrite(node: MarkdownNode, depth: number): void {
  if (!node.children || depth > depthMax) return
  node.children = joined(node.children.flatMap(plain)).flatMap((child) =>
    child.type === 'text' && node.type !== 'link' ? split(child) : [child],
  )
  for (const child of node.children) if (citedBy(child.url) === undefined) rewrite(child, depth + 1)
}

function plain(node: MarkdownNode): MarkdownNode[] {
  switch (node.type) {
    case 'definition':
    case 'footnoteDefinition':
      return []
    case 'link':
      return isBare(node) ? (node.children ?? []) : [node]
    case 'linkReference':
      return [{ type: 'text', value: '[' }, ...(node.children ?? []), { type: 'text', value: ']' }]
    case 'imageReference':
      return [{ type: 'text', value: node.alt ?? '' }]
    case 'footnoteReference':
      return [{ type: 'text', value: `[^${node.label ?? ''}]` }]
    default:
      return [node]
  }
}

/** An address that nobody wrote as a link, for example within a log line, is a text. */
function isBare({ url = '', children = [] }: MarkdownNode): boolean {
  const [only] = children
  const text = only?.type === 'text' && children.length === 1 ? (only.value ?? '') : undefined
  return text !== undefined && [text, `http://${text}`, `mailto:${text}`].includes(url)
}

/** Neighbouring texts as one, so that a mark which was taken apart is whole again. */
function joined(nodes: readonly MarkdownNode[]): MarkdownNode[] {
  const whole: MarkdownNode[] = []
  for (const node of nodes) {
    const before = whole.at(-1)
    if (node.type === 'text' && before?.type === 'text')
      whole[whole.length - 1] = { type: 'text', value: `${before.value ?? ''}${node.value ?? ''}` }
    else whole.push(node)
  }
  return whole
}

const split = ({ value = '' }: MarkdownNode): MarkdownNode[] =>
  citationParts(value).map((part) =>
    'text' in part
      ? { type: 'text', value: part.text }
      : { type: 'link', url: `${prefix}${part.cite}`, children: [{ type: 'text', value: part.cite }] },
  )
