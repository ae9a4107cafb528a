import { createHash } from 'node:crypto'

export type TreeFile = { mode: string; sha: string }
export type TreeItem = TreeFile & { name: string; type: 'blob' | 'tree' }
export type Commit = { tree: string; parents: string[]; message: string; author: string; timeMs: number }

/** Git's objects and branches in memory, named as git names them (SHA-1), with merges of three sides file by file. */
export class GitStore {
  readonly blobs = new Map<string, Buffer>()
  readonly trees = new Map<string, TreeItem[]>()
  readonly commits = new Map<string, Commit>()
  readonly branches = new Map<string, string>()
  readonly protectedBranches = new Set<string>()
  #timeMs = Date.UTC(2026, 0, 5, 9)

  /** Later each time it is asked. */
  tick(): number {
    this.#timeMs += 1_000
    return this.#timeMs
  }

  blob(body: Uint8Array | string): string {
    const bytes = Buffer.from(body)
    const sha = nameOf('blob', bytes)
    this.blobs.set(sha, bytes)
    return sha
  }

  tree(files: ReadonlyMap<string, TreeFile>): string {
    const folders = new Map<string, Map<string, TreeFile>>()
    const items: TreeItem[] = []
    for (const [path, file] of files) {
      const at = path.indexOf('/')
      if (at < 0) items.push({ name: path, type: 'blob', ...file })
      else {
        const below = folders.get(path.slice(0, at)) ?? new Map<string, TreeFile>()
        folders.set(path.slice(0, at), below.set(path.slice(at + 1), file))
      }
    }
    for (const [name, below] of folders)
      items.push({ name, type: 'tree', mode: '040000', sha: this.tree(below) })
    const key = ({ name, type }: TreeItem): string => (type === 'tree' ? `${name}/` : name)
    items.sort((a, b) => (key(a) < key(b) ? -1 : 1))
    const body = Buffer.concat(
      items.flatMap(({ mode, name, sha }) => [
        Buffer.from(`${mode.replace(/^0/, '')} ${name}\0`),
        Buffer.from(sha, 'hex'),
      ]),
    )
    const sha = nameOf('tree', body)
    this.trees.set(sha, items)
    return sha
  }

  commit(tree: string, parents: string[], message: string, author: string): string {
    const commit = { tree, parents, message, author, timeMs: this.tick() }
    const when = `${commit.timeMs / 1_000} +0000`
    const head = [`tree ${tree}`, ...parents.map((one) => `parent ${one}`), `author ${author} <> ${when}`]
    const sha = nameOf(
      'commit',
      Buffer.from(`${[...head, `committer ${author} <> ${when}`].join('\n')}\n\n${message}`),
    )
    this.commits.set(sha, commit)
    return sha
  }

  filesOfTree(sha: string, prefix = ''): Map<string, TreeFile> {
    const files = new Map<string, TreeFile>()
    for (const { name, type, mode, sha: item } of this.trees.get(sha) ?? [])
      if (type === 'blob') files.set(prefix + name, { mode, sha: item })
      else for (const [path, file] of this.filesOfTree(item, `${prefix}${name}/`)) files.set(path, file)
    return files
  }

  files(commit: string): Map<string, TreeFile> {
    return this.filesOfTree(this.commits.get(commit)?.tree ?? '')
  }

  text(commit: string, path: string): string | undefined {
    const file = this.files(commit).get(path)
    return file && this.blobs.get(file.sha)?.toString('utf8')
  }

  /** A commit on top of `parent`; null deletes. */
  change(
    parent: string,
    changes: ReadonlyMap<string, string | Uint8Array | null>,
    message: string,
    author: string,
  ): string {
    const files = this.files(parent)
    for (const [path, content] of changes)
      if (content === null) files.delete(path)
      else files.set(path, { mode: files.get(path)?.mode ?? '100644', sha: this.blob(content) })
    return this.commit(this.tree(files), parent === '' ? [] : [parent], message, author)
  }

  /** The commit that last changed a file, by first parents. */
  lastChange(head: string, path: string): string {
    let at = head
    for (;;) {
      const [parent] = this.commits.get(at)?.parents ?? []
      if (parent === undefined || this.files(parent).get(path)?.sha !== this.files(at).get(path)?.sha)
        return at
      at = parent
    }
  }

  changedPaths(commit: string): string[] {
    const before = this.files(this.commits.get(commit)?.parents[0] ?? '')
    const after = this.files(commit)
    return [...new Set([...before.keys(), ...after.keys()])]
      .filter((path) => before.get(path)?.sha !== after.get(path)?.sha)
      .sort()
  }

  ancestors(head: string): Set<string> {
    const seen = new Set<string>()
    const left = [head]
    for (let at = left.pop(); at !== undefined; at = left.pop())
      if (!seen.has(at)) {
        seen.add(at)
        left.push(...(this.commits.get(at)?.parents ?? []))
      }
    return seen
  }

  /** The files of a merge, or undefined where both sides changed one file differently. */
  merged(ours: string, theirs: string): Map<string, TreeFile> | undefined {
    const known = this.ancestors(ours)
    const base = this.files([...this.ancestors(theirs)].find((one) => known.has(one)) ?? '')
    const [left, right] = [this.files(ours), this.files(theirs)]
    const result = new Map<string, TreeFile>()
    for (const path of new Set([...left.keys(), ...right.keys()])) {
      const [was, a, b] = [base.get(path), left.get(path), right.get(path)]
      if (a?.sha !== was?.sha && b?.sha !== was?.sha && a?.sha !== b?.sha) return undefined
      const kept = a?.sha === was?.sha ? b : a
      if (kept) result.set(path, kept)
    }
    return result
  }
}

const nameOf = (type: string, body: Buffer): string =>
  createHash('sha1').update(`${type} ${body.length}\0`).update(body).digest('hex')
