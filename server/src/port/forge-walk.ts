import { Fault } from '../kernel/fault.ts'

/** One entry of a git tree: `mode` as git writes it, `100644`. */
export type GitEntry = {
  path: string
  mode: string
  type: string
  sha: string
  sizeBytes?: number | undefined
}

/** Finds entries by going down folder by folder; each tree is asked for once. For one use: at most so many trees as paths have folders. */
export class TreeWalk {
  readonly #read: (treeSha: string) => Promise<readonly GitEntry[]>
  readonly #trees = new Map<string, Promise<readonly GitEntry[]>>()
  constructor(read: (treeSha: string) => Promise<readonly GitEntry[]>) {
    this.#read = read
  }

  async entry(rootSha: string, path: string): Promise<GitEntry | undefined> {
    const parts = path.split('/')
    let tree = rootSha
    for (const [index, part] of parts.entries()) {
      const found = (await this.#entries(tree)).find((entry) => entry.path === part)
      if (!found || index === parts.length - 1) return found
      if (found.type !== 'tree') return undefined
      tree = found.sha
    }
    return undefined
  }

  /** A file that may be changed, or none. Throws VALIDATION_FAILED for folders, links and submodules. */
  async file(rootSha: string, path: string): Promise<GitEntry | undefined> {
    const found = await this.entry(rootSha, path)
    if (found && !isFile(found)) throw new Fault('VALIDATION_FAILED', `"${path}" is no ordinary file.`)
    return found
  }

  #entries(treeSha: string): Promise<readonly GitEntry[]> {
    const known = this.#trees.get(treeSha)
    if (known) return known
    const asked = this.#read(treeSha)
    this.#trees.set(treeSha, asked)
    return asked
  }
}

export const isFile = ({ type, mode }: GitEntry): boolean => type === 'blob' && mode.startsWith('100')
