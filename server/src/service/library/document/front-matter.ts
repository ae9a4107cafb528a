import { KnowledgeInput } from '@aiops/contract/model/knowledge'
import { isMap, parseDocument } from 'yaml'
import { messageOf } from '../../../kernel/fault.ts'
import { headingsOf } from '../search/passage.ts'

export type ReadDocument = { input: KnowledgeInput } | { problem: string }

/** A front matter is a few lines; more is no front matter. */
const frontMax = 16_384
const aliasesMax = 20

/**
 * A Markdown file: front matter in YAML between two lines `---` may say `title`, `kind`, `url`, `entities` and `tags`; without a title it
 * is the first heading, else the file's name.
 */
export function readMarkdown(file: string, text: string): ReadDocument {
  const { front, body } = parted(text)
  const said = front === undefined ? {} : mappingOf(front)
  if (typeof said === 'string') return { problem: `front matter: ${said}` }
  const unknown = Object.keys(said).find((key) => !known.includes(key))
  if (unknown !== undefined)
    return { problem: `front matter: ${unknown} is no setting here; known are ${known.join(', ')}` }
  const title = said.title ?? (headingsOf(body).find((one) => one !== '') || nameOf(file))
  const parsed = KnowledgeInput.safeParse({ ...said, title: cut(title), text: body.trimEnd() })
  if (parsed.success) return { input: parsed.data }
  const [issue] = parsed.error.issues
  return { problem: `${issue?.path.join('.') || 'the document'}: ${issue?.message ?? 'cannot be used'}` }
}

const known: readonly string[] = ['title', 'kind', 'url', 'entities', 'tags']

const cut = (title: unknown): unknown => (typeof title === 'string' ? title.slice(0, 200) : title)

const nameOf = (file: string): string => (file.split('/').at(-1) ?? file).replace(/\.md$/i, '')

function parted(text: string): { front?: string; body: string } {
  const plain = text.replace(/^\uFEFF/, '')
  const open = /^---[ \t]*\r?\n/.exec(plain)
  if (!open) return { body: plain }
  const rest = plain.slice(open[0].length)
  const close = /^---[ \t]*(?:\r?\n|$)/m.exec(rest.slice(0, frontMax))
  if (!close) return { body: plain }
  return { front: rest.slice(0, close.index), body: rest.slice(close.index + close[0].length) }
}

function mappingOf(front: string): Record<string, unknown> | string {
  try {
    const document = parseDocument(front)
    const [error] = document.errors
    if (error) return error.message.split('\n')[0] ?? 'not YAML'
    if (document.contents === null) return {}
    if (!isMap(document.contents)) return 'not a mapping'
    return document.toJS({ maxAliasCount: aliasesMax }) as Record<string, unknown>
  } catch (error) {
    return messageOf(error).slice(0, 300)
  }
}
