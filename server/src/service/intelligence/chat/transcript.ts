import type { Answer } from '@aiops/contract/model/answer'
import type { ChatMessage, ChatSession } from '@aiops/contract/model/chat'
import { inertSentence } from '../answer/inert-sentence.ts'
import type { Transcript } from './index.ts'

/** A conversation as a document. What it quotes stays text: it loads nothing, links nowhere and is no HTML. */
export function transcriptOf(
  session: ChatSession,
  messages: readonly ChatMessage[],
  format: 'MARKDOWN' | 'JSON',
): Transcript {
  const name = fileNameOf(session.title)
  if (format === 'JSON')
    return {
      name: `${name}.json`,
      media_type: 'application/json',
      text: JSON.stringify({ session, messages }, null, 2),
    }
  return { name: `${name}.md`, media_type: 'text/markdown', text: markdownOf(session, messages) }
}

const fileNameOf = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60) || 'conversation'

function markdownOf(session: ChatSession, messages: readonly ChatMessage[]): string {
  const about = session.cluster_context.length === 0 ? 'all clusters' : session.cluster_context.join(', ')
  const head = [
    `# ${inertSentence(session.title)}`,
    `Begun ${session.created_at} by ${inertSentence(session.user_id)}, about ${inertSentence(about)}.`,
  ]
  return `${[...head, ...messages.map(sectionOf)].join('\n\n')}\n`
}

function sectionOf({ role, author, created_at, content, attachments, answer, state }: ChatMessage): string {
  const files = attachments.map(({ name }) => inertSentence(name)).join(', ')
  return [
    `## ${inertSentence(author)}, ${created_at}`,
    ...(role === 'ASSISTANT' && state === 'STOPPED' ? ['Stopped before it was whole.'] : []),
    ...(content === '' ? [] : [inert(content)]),
    ...(files === '' ? [] : [`Attached: ${files}`]),
    ...(answer ? [evidenceOf(answer)].filter((text) => text !== '') : []),
  ].join('\n\n')
}

function evidenceOf({ evidence, checked }: Answer): string {
  const records = evidence.map(
    ({ id, sentence, tool, source, time }) =>
      `- ${id}: ${inertSentence(sentence)} (${[tool, inertSentence(source), time].filter(Boolean).join(', ')})`,
  )
  const calls = checked.map(({ id, tool, sentence }) => `- ${id}: ${inertSentence(sentence)} (${tool})`)
  return [...(records.length + calls.length > 0 ? ['What it rests on:', ''] : []), ...records, ...calls].join(
    '\n',
  )
}

/** Markdown without links, images and HTML; code that is fenced from the first column on stays as it is, and is closed: within a list a fence would end with its item. */
function inert(markdown: string): string {
  let fence: string | undefined
  const lines = markdown.split('\n').map((line) => {
    const mark = /^(`{3,}(?=[^`]*$)|~{3,})/.exec(line)?.[1]
    if (mark !== undefined && fence === undefined) fence = mark
    else if (mark !== undefined && fence !== undefined && closes(line, fence)) fence = undefined
    else if (fence === undefined) return unlinked(line)
    return line
  })
  return fence === undefined ? lines.join('\n') : [...lines, fence].join('\n')
}

const closes = (line: string, fence: string): boolean => {
  const mark = line.trim()
  return mark[0] === fence[0] && mark.length >= fence.length && mark === mark[0]!.repeat(mark.length)
}

/** Code spans that are whole within their line stay; a sign that could open one elsewhere does not. */
function unlinked(line: string): string {
  const parts = line.split('`')
  if (parts.length % 2 === 0 || /``|\\`/.test(line)) return worded(line.replaceAll('`', '&#96;'))
  return parts
    .map((part, at) => {
      if (at % 2 === 1) return `\`${part}\``
      // Two of its signs together would be another sign.
      return worded(part)
        .replace(/^`/, at > 0 ? ' `' : '`')
        .replace(/`$/, at < parts.length - 1 ? '` ' : '`')
    })
    .join('')
}

const worded = (line: string): string =>
  line
    .replaceAll('<', '&lt;')
    // As entities: a backslash could itself be escaped by one before it.
    .replace(/!(?=\[)/g, '&#33;')
    .replace(/\](?=\s*[([:])/g, '&#93;')
    // Some readers make links of bare addresses, escaped or not; of code they make none.
    .replace(/\S*(?::\/\/|www\.|@)\S*/gi, (address) => `\`${address.replaceAll('\\', '/')}\``)
