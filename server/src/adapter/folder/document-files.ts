import { join } from 'node:path'
import { messageOf } from '../../kernel/fault.ts'
import type { DocumentFile, DocumentSource } from '../../port/document-source.ts'
import type { FileReader } from '../../port/file-reader.ts'
import { createDocumentFolder } from './document-folder.ts'

/** Documents of a folder and single files from elsewhere, each under its whole path, so that what it names can be found beside it. */
export function createDocumentFiles(
  places: { files: readonly string[]; folder: string },
  reader: FileReader,
): DocumentSource {
  const folder = createDocumentFolder(places.folder)
  return {
    async load() {
      const single = await Promise.all(
        places.files.map(async (file): Promise<DocumentFile> => {
          try {
            return { file, text: await reader.read(file) }
          } catch (error) {
            return { file, text: '', problem: messageOf(error) }
          }
        }),
      )
      const inFolder = await folder.load()
      return [
        ...single,
        ...inFolder.map((found) => ({
          ...found,
          file: found.file === places.folder ? found.file : join(places.folder, found.file),
        })),
      ]
    },
  }
}
