import { Fault } from '../kernel/fault.ts'
import type { FileChange } from './forge.ts'

const fileBytesMax = 1_048_576
const filesMax = 2_000
const totalBytesMax = 16 * 1_048_576

/** What git itself forbids in the name of a branch (git-check-ref-format), and a dash in front. Throws VALIDATION_FAILED. */
export function checkBranch(name: string): void {
  const bad =
    name === '' ||
    name.length > 200 ||
    /[\p{Cc} ~^:?*[\\]|\.\.|@\{|\/\/|^[-/]|[/.]$|^@$/u.test(name) ||
    name.split('/').some((part) => part.startsWith('.') || part.endsWith('.lock'))
  if (bad) throw new Fault('VALIDATION_FAILED', `${shown(name)} cannot be the name of a branch.`)
}

/** A file of the repository, seen from its root. Throws VALIDATION_FAILED. */
export function checkPath(path: string): void {
  const bad =
    path === '' ||
    path.length > 1_024 ||
    path.startsWith('-') ||
    /[\p{Cc}\\]/u.test(path) ||
    path.split('/').some((part) => part === '' || part === '.' || part === '..' || /^\.git$/i.test(part))
  if (bad) throw new Fault('VALIDATION_FAILED', `${shown(path)} cannot be the path of a file.`)
}

/** Names and sizes of what is to be committed. Throws VALIDATION_FAILED and BODY_TOO_LARGE. */
export function checkCommit(branch: string, from: { branch: string }, files: readonly FileChange[]): void {
  checkBranch(branch)
  checkBranch(from.branch)
  if (files.length === 0) throw new Fault('VALIDATION_FAILED', 'A commit needs a file that changes.')
  if (files.length > filesMax)
    throw new Fault('BODY_TOO_LARGE', `A commit changes at most ${filesMax} files; this one ${files.length}.`)
  let total = 0
  const seen = new Set<string>()
  for (const { path, content } of files) {
    checkPath(path)
    if (seen.has(path)) throw new Fault('VALIDATION_FAILED', `${shown(path)} is changed twice in one commit.`)
    seen.add(path)
    const sizeBytes = content === null ? 0 : Buffer.byteLength(content)
    total += sizeBytes
    if (sizeBytes > fileBytesMax || total > totalBytesMax)
      throw new Fault(
        'BODY_TOO_LARGE',
        `${shown(path)} is larger than a commit may be (1 MiB a file, 16 MiB in all).`,
      )
  }
}

export const isSha = (ref: string): boolean => /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(ref)

/** Texts of a forge end where it cuts them; better that we do, and say so. `max` in characters. */
export function cutText(text: string, max: number): string {
  if (text.length <= max) return text
  const end = max > 300 ? '\n\n(Cut here: the forge keeps no longer texts.)' : '…'
  // A pair of surrogates is not parted.
  return `${text.slice(0, max - end.length).replace(/[\uD800-\uDBFF]$/, '')}${end}`
}

const shown = (name: string): string => JSON.stringify(name.slice(0, 100))
