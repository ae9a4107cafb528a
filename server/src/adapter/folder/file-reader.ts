import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, dirname, join, matchesGlob } from 'node:path'
import { Fault, messageOf } from '../../kernel/fault.ts'
import type { FileReader } from '../../port/file-reader.ts'

const sizeBytesMax = 8 * 1_048_576
const filesMax = 1_000

export function createFileReader(): FileReader {
  return {
    async read(path) {
      try {
        const { size } = await stat(path)
        if (size > sizeBytesMax)
          throw new Fault('VALIDATION_FAILED', `The file ${path} is larger than ${sizeBytesMax} bytes.`)
        return await readFile(path, 'utf8')
      } catch (error) {
        if (error instanceof Fault) throw error
        throw new Fault('VALIDATION_FAILED', `The file ${path} cannot be read: ${messageOf(error)}.`)
      }
    },
    async list(pattern) {
      const folder = dirname(pattern)
      const wanted = basename(pattern)
      const names = await readdir(folder).catch(() => [])
      return names
        .filter((name) => name === wanted || matchesGlob(name, wanted))
        .sort()
        .slice(0, filesMax)
        .map((name) => join(folder, name))
    },
  }
}
