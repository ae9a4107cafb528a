import type { ObjectRef } from '../view.ts'

/** Mermaid draws nothing that is longer (`maxTextSize`), nor a flowchart with more edges (`maxEdges`), unless told to. */
const textMax = 50_000
const edgesMax = 500
/** Of a label; names of Kubernetes are at most 253. */
const labelMax = 120
const subgraphEnd = '  end'

/** Text of a Mermaid diagram that is being written, each thing named once. What goes beyond the bounds is left out. */
export class MermaidText {
  readonly #lines: string[]
  #length: number
  #edges = 0
  #truncated = false
  #isOpen = false
  readonly #ids = new Map<string, string>()
  constructor(head: string) {
    this.#lines = [head]
    this.#length = head.length + 1
  }

  open(title: string): void {
    this.#isOpen = this.#add(`  subgraph g${this.#lines.length}["${escaped(title)}"]`, subgraphEnd.length + 1)
  }
  close(): void {
    if (this.#isOpen) this.#lines.push(subgraphEnd)
    this.#isOpen = false
  }

  /** Does nothing for one that is there. */
  node(ref: ObjectRef, lines: readonly string[], shape: 'box' | 'round' = 'box'): void {
    this.#name(ref, (id) => {
      const [left, right] = shape === 'box' ? ['[', ']'] : ['([', '])']
      return `  ${id}${left}"${lines.map(escaped).join('<br/>')}"${right}`
    })
  }
  edge(source: ObjectRef, target: ObjectRef, label = ''): void {
    this.#join(source, target, (from, to) => `  ${from} -->${label ? `|"${escaped(label)}"|` : ''} ${to}`)
  }

  participant(ref: ObjectRef, label: string): void {
    this.#name(ref, (id) => `  participant ${id} as ${escaped(label)}`)
  }
  message(source: ObjectRef, target: ObjectRef, label: string): void {
    this.#join(source, target, (from, to) => `  ${from}->>${to}: ${escaped(label)}`)
  }

  done(): { text: string; truncated: boolean } {
    this.close()
    return { text: `${this.#lines.join('\n')}\n`, truncated: this.#truncated }
  }

  #name(ref: ObjectRef, lineOf: (id: string) => string): void {
    const key = keyOf(ref)
    if (this.#ids.has(key)) return
    const id = `n${this.#ids.size}`
    if (this.#add(lineOf(id))) this.#ids.set(key, id)
  }

  #join(source: ObjectRef, target: ObjectRef, lineOf: (from: string, to: string) => string): void {
    const [from, to] = [this.#ids.get(keyOf(source)), this.#ids.get(keyOf(target))]
    if (from === undefined || to === undefined) return
    if (this.#edges >= edgesMax) this.#truncated = true
    else if (this.#add(lineOf(from, to))) this.#edges += 1
  }

  /** `reserved`: characters that will follow in any case. */
  #add(line: string, reserved = 0): boolean {
    if (this.#length + line.length + 1 + reserved > textMax) {
      this.#truncated = true
      return false
    }
    this.#length += line.length + 1 + reserved
    this.#lines.push(line)
    return true
  }
}

const keyOf = ({ kind, namespace, name }: ObjectRef): string => `${kind}/${namespace}/${name}`

/**
 * Everything that Mermaid could read as its own, the word `end` among it, as entity codes (https://mermaid.js.org/syntax/flowchart.html#entity-codes-to-escape-characters).
 * A label that is cut ends in an ellipsis.
 */
function escaped(text: string): string {
  const cut = text.length > labelMax ? `${text.slice(0, labelMax - 1)}…` : text
  return cut
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replace(/[^\p{L}\p{N} _./:,…-]/gu, (char) => `#${char.codePointAt(0)};`)
    .replace(/\b(e)(nd)\b/gi, (_, first: string, rest: string) => `#${first.charCodeAt(0)};${rest}`)
}
