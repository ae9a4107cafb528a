/** What a kubeconfig's contexts point at; nothing of it is a secret. */
export type KubeContext = { name: string; server: string | undefined; user: string | undefined }
export type KubeconfigPeek = { contexts: KubeContext[]; current: string | undefined }

type Value = string | Value[] | Map<string, Value>

/** The server takes no more either. */
const sizeMax = 1_048_576
const contextsMax = 500

/**
 * Contexts and servers of a kubeconfig, JSON or YAML in block style as kubectl writes it. A tolerant reader: of YAML it knows maps,
 * lists and plain or quoted scalars, and skips block scalars. Undefined where it finds no context: the server reads what this cannot.
 */
export function peekKubeconfig(text: string): KubeconfigPeek | undefined {
  if (text.length > sizeMax) return undefined
  const root = readJson(text) ?? readBlock(text)
  const clusters = namedIn(root, 'clusters', 'cluster')
  const contexts: KubeContext[] = []
  for (const [name, context] of namedIn(root, 'contexts', 'context')) {
    if (contexts.length === contextsMax) break
    const cluster = textOf(fieldOf(context, 'cluster'))
    const server = cluster === undefined ? undefined : textOf(fieldOf(clusters.get(cluster), 'server'))
    contexts.push({ name, server, user: textOf(fieldOf(context, 'user')) })
  }
  if (contexts.length === 0) return undefined
  const current = textOf(fieldOf(root, 'current-context'))
  return { contexts, current: contexts.some(({ name }) => name === current) ? current : undefined }
}

/** `[{name, <part>: …}, …]` as name → part. */
function namedIn(root: Value | undefined, list: string, part: string): Map<string, Value> {
  const found = new Map<string, Value>()
  const items = fieldOf(root, list)
  if (!Array.isArray(items)) return found
  for (const item of items) {
    const name = textOf(fieldOf(item, 'name'))
    const value = fieldOf(item, part)
    if (name !== undefined && value !== undefined) found.set(name, value)
  }
  return found
}

const fieldOf = (value: Value | undefined, key: string): Value | undefined =>
  value instanceof Map ? value.get(key) : undefined
const textOf = (value: Value | undefined): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

function readJson(text: string): Value | undefined {
  if (!text.trimStart().startsWith('{')) return undefined
  try {
    return plainOf(JSON.parse(text), 0)
  } catch {
    return undefined
  }
}

function plainOf(json: unknown, depth: number): Value {
  if (typeof json !== 'object' || json === null || depth > 8) return String(json ?? '')
  if (Array.isArray(json)) return json.map((item) => plainOf(item, depth + 1))
  return new Map(Object.entries(json).map(([key, item]) => [key, plainOf(item, depth + 1)]))
}

type Line = { indent: number; text: string }
const depthMax = 20

function readBlock(text: string): Value | undefined {
  const lines: Line[] = []
  for (const raw of text.split(/\r?\n/)) {
    const body = raw.trimStart()
    if (body === '' || body.startsWith('#') || body.startsWith('---') || body.startsWith('%')) continue
    lines.push({ indent: raw.length - body.length, text: body.trimEnd() })
  }
  const reader = { lines, at: 0 }
  return lines.length === 0 ? undefined : readNode(reader, 0, 0)
}

type Reader = { lines: Line[]; at: number }

/** The map or list whose lines are indented by at least `indent`; always goes on by at least one line. */
function readNode(reader: Reader, indent: number, depth: number): Value | undefined {
  const first = reader.lines[reader.at]
  if (!first || first.indent < indent || depth > depthMax) return undefined
  return isItem(first.text) ? readList(reader, first.indent, depth) : readMap(reader, first.indent, depth)
}

const isItem = (text: string): boolean => text === '-' || text.startsWith('- ')

function readList(reader: Reader, indent: number, depth: number): Value[] {
  const items: Value[] = []
  for (;;) {
    const line = reader.lines[reader.at]
    if (!line || line.indent !== indent || !isItem(line.text)) return items
    const rest = line.text.slice(1).trimStart()
    if (rest === '') {
      reader.at += 1
      items.push(readNode(reader, indent + 1, depth + 1) ?? '')
    } else if (keyOf(rest) === undefined) {
      reader.at += 1
      items.push(scalarOf(rest))
    } else {
      // `- key: value`: the rest of the line is the first line of a map.
      reader.lines[reader.at] = { indent: indent + line.text.length - rest.length, text: rest }
      const before = reader.at
      items.push(readNode(reader, indent + 1, depth + 1) ?? '')
      if (reader.at === before) reader.at += 1
    }
  }
}

function readMap(reader: Reader, indent: number, depth: number): Map<string, Value> {
  const map = new Map<string, Value>()
  for (;;) {
    const line = reader.lines[reader.at]
    if (!line || line.indent < indent) return map
    const found = line.indent === indent ? keyOf(line.text) : undefined
    if (isItem(line.text) && line.indent === indent) return map
    reader.at += 1
    if (!found) continue
    const { key, rest } = found
    if (rest !== '') {
      map.set(key, scalarOf(rest))
      continue
    }
    const next = reader.lines[reader.at]
    // A list may stand as far left as its key.
    const deeper = next && (next.indent > indent || (next.indent === indent && isItem(next.text)))
    const value = deeper ? readNode(reader, next.indent, depth + 1) : ''
    map.set(key, value ?? '')
  }
}

function keyOf(text: string): { key: string; rest: string } | undefined {
  const match = /^(?:"([^"]*)"|'([^']*)'|([^\s"'#{[][^#]*?))\s*:(?:\s+(.*))?$/.exec(text)
  if (!match) return undefined
  const key = match[1] ?? match[2] ?? match[3] ?? ''
  return { key, rest: (match[4] ?? '').replace(/^#.*$/, '') }
}

function scalarOf(text: string): string {
  const quoted = /^"((?:[^"\\]|\\.)*)"|^'((?:[^']|'')*)'/.exec(text)
  if (quoted?.[1] !== undefined) return quoted[1].replace(/\\(["\\/])/g, '$1')
  if (quoted?.[2] !== undefined) return quoted[2].replaceAll("''", "'")
  return text.replace(/\s+#.*$/, '')
}
