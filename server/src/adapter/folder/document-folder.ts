import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf } from '../../kernel/fault.ts'
import type { DocumentFile, DocumentSource } from '../../port/document-source.ts'

const filesMax = 1_000
const sizeBytesMax = 262_144

type Known = { stamp: string; found: DocumentFile }

/** The files of one folder, YAML unless said otherwise, in order of name. A missing folder is an empty one. Unchanged files are not read again. */
export function createDocumentFolder(path: string, named = /^[^.].*\.ya?ml$/i): DocumentSource {
  let known = new Map<string, Known>()
  return {
    async load() {
      const names = await namesIn(path, named)
      const next = new Map<string, Known>()
      for (const name of names.slice(0, filesMax)) {
        const entry = await entryOf(join(path, name), name, known.get(name))
        if (entry) next.set(name, entry)
      }
      known = next
      const found = [...next.values()].map((entry) => entry.found)
      const left = names.length - filesMax
      return left <= 0
        ? found
        : [
            ...found,
            {
              file: path,
              text: '',
              problem: `The folder holds ${names.length} documents; the last ${left} by name are left out, for at most ${filesMax} are read.`,
            },
          ]
    },
  }
}

async function namesIn(path: string, named: RegExp): Promise<string[]> {
  try {
    const names = await readdir(path)
    return names.filter((name) => named.test(name)).sort()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

/** Undefined for what is no file, or was one a moment ago. */
async function entryOf(path: string, file: string, known: Known | undefined): Promise<Known | undefined> {
  try {
    const status = await stat(path)
    if (!status.isFile()) return undefined
    const stamp = `${status.ino} ${status.size} ${status.mtimeMs} ${status.ctimeMs}`
    if (known?.stamp === stamp) return known
    const found: DocumentFile =
      status.size > sizeBytesMax
        ? {
            file,
            text: '',
            problem: `The file has ${status.size} bytes; a document may have ${sizeBytesMax}.`,
          }
        : { file, text: await readFile(path, 'utf8'), modifiedMs: Math.floor(status.mtimeMs) }
    return { stamp, found }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    return { stamp: '', found: { file, text: '', problem: `The file cannot be read: ${messageOf(error)}` } }
  }
}
