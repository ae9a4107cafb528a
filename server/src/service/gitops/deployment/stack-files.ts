import { createHash } from 'node:crypto'
import { must } from '../../../kernel/assert.ts'
import { Fault } from '../../../kernel/fault.ts'
import type { RepositoryFile } from '../../../port/forge.ts'
import type { Drive } from './drive.ts'
import type { StackSettings } from './flow-deps.ts'

/** Files of the target as they are, and as they are with this change. */
export type StackFiles = {
  targetSha: string
  files: RepositoryFile[]
  sha256: string
  /** The target holds the change already. */
  holds: boolean
}

/**
 * What will be planned and applied: the stack's files at the head of the target with the change made in them by us. What stands in the
 * branch is not looked at: a branch is somebody's to push to, and the merge is checked against these files afterwards.
 */
export async function stackFiles(drive: Drive): Promise<StackFiles> {
  const { repository, stack, current } = drive
  const targetSha = await repository.forge.head(current.work.target)
  if (targetSha === undefined)
    throw new Fault('NOT_FOUND', `The repository has no branch ${current.work.target}.`)
  const found = new Map<string, RepositoryFile>()
  for (const folder of [stack.folder, ...stack.modules])
    for (const file of await repository.forge.tree(targetSha, folder)) found.set(file.path, file)
  let holds = true
  for (const [path, changes] of byFile(drive)) {
    const before = must(found.get(path)?.content, `checked when it was proposed: ${path}`)
    const { text } = drive.deps.edit(path, before, changes)
    if (text !== before) holds = false
    found.set(path, { path, content: text })
  }
  const files = [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
  return { targetSha, files, sha256: filesSha256(files), holds }
}

/** Edits made on the commit that the branch begins at. */
export async function editedFiles(
  drive: Drive,
  ref: string,
): Promise<{
  files: { path: string; content: string }[]
  before: Map<string, string | number | boolean | null>
}> {
  const files: { path: string; content: string }[] = []
  const before = new Map<string, string | number | boolean | null>()
  for (const [path, changes] of byFile(drive)) {
    const text = await drive.repository.forge.readFile(ref, path)
    if (text === undefined) throw new Fault('NOT_FOUND', `The repository has no file ${path}.`)
    const edit = drive.deps.edit(path, text, changes)
    for (const [variable, value] of edit.before) before.set(`${path}\n${variable}`, value)
    if (edit.text !== text) files.push({ path, content: edit.text })
  }
  return { files, before }
}

/** Whether a stack lets this file be changed: below its folders, and among those that are named. */
export function mayChange({ folder, modules, files }: StackSettings, path: string): boolean {
  if (path.split('/').some((part) => part === '' || part === '.' || part === '..')) return false
  const within = [folder, ...modules].some((one) => one === '' || path.startsWith(`${one}/`))
  if (!within) return false
  return files.length > 0 ? files.includes(path) : /\.tfvars(\.json)?$/.test(path)
}

export function filesSha256(files: readonly RepositoryFile[]): string {
  const hash = createHash('sha256')
  for (const { path, content } of files)
    hash.update(`${Buffer.byteLength(path)}:${path}${Buffer.byteLength(content)}:${content}`)
  return hash.digest('hex')
}

function byFile({
  current,
}: Drive): Map<string, { variable: string; after: string | number | boolean | null }[]> {
  const files = new Map<string, { variable: string; after: string | number | boolean | null }[]>()
  for (const { file, variable, after } of current.deployment.changes)
    files.set(file, [...(files.get(file) ?? []), { variable, after }])
  return files
}
