import { PriceBook } from '@aiops/contract/model/price-book'
import { parse as parseYaml } from 'yaml'
import { z } from 'zod'
import { messageOf } from '../../../kernel/fault.ts'
import type { DocumentFile } from '../../../port/document-source.ts'
import { priceBookOfCsv } from './price-csv.ts'

export type BookDocument = { tenant: string | undefined; book: PriceBook }
export type BookProblem = { file: string; message: string }

const Document = PriceBook.extend({ tenant: z.string().min(1).optional() })
/** A CSV begins with these lines; its name is that of the file unless it says another. */
const csvHead = /^#\s*(name|as_of|provenance|tenant):\s*(.+)$/

/** Price books of files: YAML or JSON, a book each, or CSV with `# as_of:` and `# provenance:` above its header. What cannot be used is said by file. */
export function readPriceDocuments(files: readonly DocumentFile[]): {
  documents: BookDocument[]
  problems: BookProblem[]
} {
  const documents: BookDocument[] = []
  const problems: BookProblem[] = []
  for (const { file, text, problem } of files) {
    if (problem) {
      problems.push({ file, message: problem })
      continue
    }
    try {
      const read = Document.safeParse(/\.csv$/i.test(file) ? csvDocument(file, text) : parseYaml(text))
      if (read.success) {
        const { tenant, ...book } = read.data
        documents.push({ tenant, book })
      } else {
        const [issue] = read.error.issues
        problems.push({ file, message: `${issue?.path.join('.')}: ${issue?.message}` })
      }
    } catch (error) {
      problems.push({ file, message: messageOf(error) })
    }
  }
  return { documents, problems }
}

function csvDocument(file: string, text: string): Record<string, unknown> {
  const lines = text.split('\n')
  const head: Record<string, string> = {}
  while (lines[0]?.startsWith('#')) {
    const [, name, value] = csvHead.exec(lines.shift()!.trim()) ?? []
    if (name && value) head[name] = value.trim()
  }
  const name = file.replace(/^.*\//, '').replace(/\.csv$/i, '')
  return { name, provenance: file, ...head, ...priceBookOfCsv(lines.join('\n')) }
}
