import { readdirSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../', import.meta.url))

const skipped = new Set(['node_modules', 'dist', 'coverage'])

/** Every file of the repository under the given folders, as a path from its root; build output is left out. */
export function filesUnder(...folders: string[]): string[] {
  return folders.flatMap((folder) => walk(join(root, folder))).sort()
}

function walk(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (skipped.has(entry.name)) return []
    const path = join(folder, entry.name)
    return entry.isDirectory() ? walk(path) : [relative(root, path).split(sep).join('/')]
  })
}
