import { readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { root } from './tree.ts'

/** What Node loads with a file: its import and export statements but those of types alone, which type stripping takes out. */
const statement = /^(?:import|export)\s+(?!type\b)(?:[^;'"]*?\bfrom\s+)?'([^']+)'/gm

export type Import = { from: string; to: string }

/** Files by their paths from the root, each after what it imports, and packages as they are named; what is loaded later is not among them. */
export function staticImports(
  entry: string,
  seen = new Set<string>(),
): { files: string[]; packages: Import[] } {
  const files: string[] = []
  const packages: Import[] = []
  const visit = (path: string): void => {
    if (seen.has(path)) return
    seen.add(path)
    for (const [, named = ''] of readFileSync(join(root, path), 'utf8').matchAll(statement)) {
      if (named.startsWith('.')) visit(normalize(join(dirname(path), named)))
      else if (named.startsWith('@aiops/contract/')) visit(`contract/src/${named.slice(16)}.ts`)
      else if (!named.startsWith('node:')) packages.push({ from: path, to: named })
    }
    files.push(path)
  }
  visit(entry)
  return { files, packages }
}
