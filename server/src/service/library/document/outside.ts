import type { KnowledgeDocument } from '@aiops/contract/model/knowledge'
import type { Runbook } from '@aiops/contract/model/runbook'
import { isoTime } from '../../../kernel/clock.ts'
import { messageOf } from '../../../kernel/fault.ts'
import type { DocumentFile } from '../../../port/document-source.ts'
import type { LibraryConfig } from '../config.ts'
import type { LibraryDeps } from '../index.ts'
import type { Shelf } from '../shelf.ts'
import { type ReadDocument, readMarkdown } from './front-matter.ts'
import { runbookText } from './runbook-text.ts'

/** What is another than on the shelf, and what is there and is no more. */
export type Difference = {
  changed: { document: KnowledgeDocument; text: string }[]
  gone: string[]
  problems: { file: string; message: string }[]
}

type Deps = Pick<LibraryDeps, 'files' | 'runbooks' | 'clock' | 'tenants'>

/** The files of a tenant against its shelf. A folder that cannot be read leaves what was known. */
export async function readFiles(deps: Deps, config: LibraryConfig, shelf: Shelf): Promise<Difference> {
  const found: DocumentFile[] = []
  for (const { tenant, source } of deps.files.filter((one) => one.tenant === shelf.tenant)) {
    try {
      found.push(...(await source.load()))
    } catch (error) {
      const message = `The folder of ${tenant} cannot be read: ${messageOf(error)}`
      return {
        changed: [],
        gone: [],
        problems: [...shelf.problems.filter(({ file }) => file !== ''), { file: '', message }],
      }
    }
  }
  const result: Difference = { changed: [], gone: [], problems: [] }
  const there = new Set<string>()
  const room = { ...shelf.held }
  for (const { file, text, problem, modifiedMs } of found) {
    const id = `file:${file}`
    const read = problem === undefined ? readAgain(shelf, file, text) : { problem }
    if ('problem' in read) {
      result.problems.push({ file, message: read.problem })
      // What was right before stays until it is right again, or gone.
      if (shelf.get(id)) there.add(id)
      continue
    }
    const at = isoTime(modifiedMs ?? deps.clock.now())
    const size = Buffer.byteLength(read.input.text)
    const known = shelf.get(id)
    if (!known && (room.documents >= config.documents_max || room.bytes + size > config.bytes_max)) {
      result.problems.push({
        file,
        message: 'There are as many documents, or as much text, as there may be.',
      })
      continue
    }
    there.add(id)
    if (known?.text === read.input.text && isSame(known.summary, read.input)) continue
    if (!known) room.documents += 1
    room.bytes += size
    const document = { ...read.input, id, origin: 'FILE' as const, source: file, size_bytes: size }
    result.changed.push({
      document: { ...document, ...by('file', known?.summary.created_at ?? at, at), version: 1 },
      text: read.input.text,
    })
  }
  const named = new Set(found.map(({ file }) => file))
  for (const file of [...shelf.read.keys()]) if (!named.has(file)) shelf.read.delete(file)
  return { ...result, gone: missingFrom(shelf, 'FILE', there) }
}

/** As it was read before, where its text is the same. */
function readAgain(shelf: Shelf, file: string, text: string): ReadDocument {
  const before = shelf.read.get(file)
  if (before?.text === text) return before.read
  const read = readMarkdown(file, text)
  shelf.read.set(file, { text, read })
  return read
}

/** The platform's runbooks against the shelf. */
export function readRunbooks(deps: Deps, shelf: Shelf): Difference {
  const changed: Difference['changed'] = []
  const there = new Set<string>()
  const now = isoTime(deps.clock.now())
  for (const runbook of deps.runbooks()) {
    const id = `runbook:${runbook.id}`
    there.add(id)
    const text = runbookText(runbook)
    const known = shelf.get(id)
    if (
      known?.text === text &&
      known.summary.version === runbook.version &&
      known.summary.title === runbook.name
    )
      continue
    const document = { ...ofRunbook(runbook), id, text, size_bytes: Buffer.byteLength(text) }
    changed.push({
      // A runbook does not say when it was written: when it was first read, and when it was first read as it is.
      document: {
        ...document,
        ...by('runbooks', known?.summary.created_at ?? now, now),
        version: runbook.version,
      },
      text,
    })
  }
  return { changed, gone: missingFrom(shelf, 'RUNBOOK', there), problems: [] }
}

const ofRunbook = ({ id, name, match }: Runbook) => ({
  ...{ kind: 'RUNBOOK' as const, origin: 'RUNBOOK' as const, source: id, title: name, url: null },
  entities: match.entities.filter((one) => /^[a-z]+\/[^*]+$/s.test(one)),
  tags: match.categories.map((one) => one.toLowerCase()),
})

const by = (who: string, created: string, updated: string) => ({
  ...{ created_by: who, created_at: created, updated_by: who, updated_at: updated },
})

type Shown = Pick<KnowledgeDocument, 'title' | 'kind' | 'url' | 'entities' | 'tags'>
const isSame = (a: Shown, b: Shown): boolean => signOf(a) === signOf(b)
const signOf = ({ title, kind, url, entities, tags }: Shown): string =>
  JSON.stringify([title, kind, url, entities, tags])

function missingFrom(shelf: Shelf, origin: 'FILE' | 'RUNBOOK', there: ReadonlySet<string>): string[] {
  return [...shelf.ids()].filter((id) => !there.has(id) && shelf.get(id)?.summary.origin === origin)
}
