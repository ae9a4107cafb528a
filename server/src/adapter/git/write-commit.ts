import { rm } from 'node:fs/promises'
import { Fault } from '../../kernel/fault.ts'
import { eachOf } from '../../kernel/semaphore.ts'
import type { FileChange } from '../../port/forge.ts'
import type { GitAuthor } from '../../port/git-repositories.ts'
import type { GitProgram } from './git-program.ts'
import { entriesOf, shaOf } from './output.ts'

const changesMax = 500
const parallelMax = 4
const removed = '0'.repeat(40)
const executable = '100755'

type Message = { message: string; author: GitAuthor; atMs: number }

/** Commits by plumbing: blobs, an index of its own beside the repository, a tree, a commit. There is no working tree anywhere. */
export function createCommitWriter(program: GitProgram, folder: string, scratch: () => Promise<string>) {
  const must = async (
    rest: readonly string[],
    input?: string,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<string> => {
    const output = await program.must({
      ...{ folder, arguments: rest, environment: { GIT_DIR: folder, ...environment } },
      ...(input === undefined ? {} : { input }),
    })
    return output.toString('utf8')
  }

  async function commitTree({
    tree,
    parents,
    message,
    author,
    atMs,
  }: Message & { tree: string; parents: readonly string[] }) {
    const time = `@${Math.floor(atMs / 1_000)} +0000`
    const name = plainName(author.name)
    const email = plainName(author.email)
    const text = await must(
      ['commit-tree', tree, ...parents.flatMap((one) => ['-p', one]), '-F', '-'],
      plainMessage(message),
      {
        ...{ GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email, GIT_AUTHOR_DATE: time },
        ...{ GIT_COMMITTER_NAME: name, GIT_COMMITTER_EMAIL: email, GIT_COMMITTER_DATE: time },
      },
    )
    return shaOf(text) ?? failed('commit-tree')
  }

  async function blobsOf(files: readonly FileChange[]): Promise<Map<string, string>> {
    const blobs = new Map<string, string>()
    await eachOf(files, parallelMax, async ({ path, content }) => {
      if (content === null) return
      blobs.set(
        path,
        shaOf(await must(['hash-object', '-w', '--stdin', '-t', 'blob'], content)) ?? failed('hash-object'),
      )
    })
    return blobs
  }

  async function modesOf(parent: string | null, files: readonly FileChange[]): Promise<Map<string, string>> {
    if (parent === null) return new Map()
    const paths = files.map(({ path }) => `:(literal,top)${path}`)
    const entries = entriesOf(await must(['ls-tree', '-l', '-z', '--full-tree', parent, '--', ...paths]))
    return new Map(entries.map(({ path, mode }) => [path, mode]))
  }

  return {
    commitTree,
    async write({
      parent,
      files,
      ...rest
    }: Message & { parent: string | null; files: readonly FileChange[] }) {
      if (files.length > changesMax)
        throw new Fault('VALIDATION_FAILED', `One commit changes at most ${changesMax} files.`)
      const [blobs, modes] = [await blobsOf(files), await modesOf(parent, files)]
      const index = await scratch()
      try {
        const environment = { GIT_INDEX_FILE: index }
        await must(parent === null ? ['read-tree', '--empty'] : ['read-tree', parent], undefined, environment)
        const lines = files.map(({ path, content }) => {
          if (content === null) return `0 ${removed}\t${path}\0`
          return `${modes.get(path) === executable ? executable : '100644'} ${blobs.get(path)}\t${path}\0`
        })
        await must(['update-index', '-z', '--index-info'], lines.join(''), environment)
        const tree = shaOf(await must(['write-tree'], undefined, environment)) ?? failed('write-tree')
        const before =
          parent === null ? undefined : shaOf(await must(['rev-parse', '--verify', `${parent}^{tree}`]))
        const sha = await commitTree({ tree, parents: parent === null ? [] : [parent], ...rest })
        return { sha, tree, unchanged: tree === before }
      } finally {
        await rm(index, { force: true })
        await rm(`${index}.lock`, { force: true })
      }
    },
  }
}

function failed(step: string): never {
  throw new Fault('UPSTREAM_FAILED', `Git answered ${step} with something else than a hash.`)
}

/** What git's format of commits could take for its own, is taken out. */
const plainName = (text: string): string => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  const plain = text.replace(/[\u0000-\u001f\u007f<>]/g, ' ')
  return plain.trim().slice(0, 200) || 'unknown'
}

const plainMessage = (text: string): string => `${text.replaceAll('\0', '').trimEnd().slice(0, 65_536)}\n`
