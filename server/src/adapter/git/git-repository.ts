import { Fault } from '../../kernel/fault.ts'
import type { FileChange, RepositoryFile } from '../../port/forge.ts'
import { type GitRepository, isBranchName, isFilePath } from '../../port/git-repositories.ts'
import { countRaw, diffFiles } from './diff.ts'
import type { GitProgram } from './git-program.ts'
import { batchOf, commitsOf, committedMsOf, entriesOf, shaOf } from './output.ts'
import { createCommitWriter } from './write-commit.ts'

const fileBytesMax = 1_048_576
const treeFilesMax = 2_000
const treeBytesMax = 16_777_216
const diffFilesMax = 300
const diffBytesMax = 1_048_576
const nothing = '0'.repeat(40)

const isSha = (text: string): boolean => /^[0-9a-f]{40}$/.test(text)

export function branchRef(branch: string): string {
  if (!isBranchName(branch))
    throw new Fault('VALIDATION_FAILED', `${JSON.stringify(branch.slice(0, 100))} is no name for a branch.`)
  return `refs/heads/${branch}`
}

export function pathOf(path: string): string {
  if (!isFilePath(path))
    throw new Fault('VALIDATION_FAILED', `${JSON.stringify(path.slice(0, 100))} is no path for a file.`)
  return path
}

/** What a text of somebody's means: a whole hash, or a branch; nothing of git's language of revisions. */
function revisionOf(ref: string): string | undefined {
  if (isSha(ref)) return ref
  return isBranchName(ref) ? `refs/heads/${ref}` : undefined
}

export function openGitRepository(
  program: GitProgram,
  folder: string,
  scratch: () => Promise<string>,
): GitRepository {
  const environment = { GIT_DIR: folder }
  const run = (rest: readonly string[], input?: string | Uint8Array, bytesMax?: number) =>
    program.run({
      folder,
      arguments: rest,
      environment,
      ...(input === undefined ? {} : { input }),
      ...(bytesMax ? { bytesMax } : {}),
    })
  const must = async (rest: readonly string[], input?: string | Uint8Array): Promise<string> =>
    (
      await program.must({ folder, arguments: rest, environment, ...(input === undefined ? {} : { input }) })
    ).toString('utf8')

  async function resolve(ref: string): Promise<string | undefined> {
    const revision = revisionOf(ref)
    if (!revision) return undefined
    const { code, output } = await run([
      'rev-parse',
      '--verify',
      '--quiet',
      '--end-of-options',
      `${revision}^{commit}`,
    ])
    return code === 0 ? shaOf(output.toString('utf8')) : undefined
  }
  const known = async (ref: string): Promise<string> => {
    const sha = await resolve(ref)
    if (!sha)
      throw new Fault(
        'NOT_FOUND',
        `There is no commit ${JSON.stringify(ref.slice(0, 100))} in this repository.`,
      )
    return sha
  }
  const writer = createCommitWriter(program, folder, scratch)

  const repository: GitRepository = {
    resolve,
    async head(branch) {
      return isBranchName(branch) ? resolve(branch) : undefined
    },
    async branches(prefix, limit) {
      const format = '%(refname)%00%(objectname)%00%(committerdate:unix)'
      const text = await must(['for-each-ref', `--format=${format}`, 'refs/heads/'])
      return text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => {
          const [ref = '', sha = '', seconds = '0'] = line.split('\0')
          return { name: ref.slice('refs/heads/'.length), sha, committedMs: committedMsOf(seconds) }
        })
        .filter(({ name }) => name.startsWith(prefix))
        .slice(0, limit)
    },
    async moveBranch(branch, to, from) {
      const ref = branchRef(branch)
      const line =
        to === null ? `delete ${ref}\0${from ?? nothing}\0` : `update ${ref}\0${to}\0${from ?? nothing}\0`
      const { code, complaint } = await run(['update-ref', '-z', '--stdin'], line)
      if (code === 0) return true
      const now = await resolve(branch)
      if (now !== (from ?? undefined)) return false
      // A branch `a` stands in the way of `a/b`; and two may have met at the lock.
      if (/cannot lock ref|exists; cannot create|reference already exists/.test(complaint)) return false
      throw new Fault('UPSTREAM_FAILED', `Git could not move ${branch}.`)
    },
    async keep(name, sha) {
      await must(['update-ref', `refs/${name}`, sha])
    },
    async readFile(ref, path) {
      if (!isFilePath(path)) return undefined
      const sha = await resolve(ref)
      if (!sha) return undefined
      const [entry] = entriesOf(await must(['ls-tree', '-l', '-z', '--full-tree', sha, '--', literal(path)]))
      if (entry?.type !== 'FILE') return undefined
      if ((entry.sizeBytes ?? 0) > fileBytesMax)
        throw new Fault('BODY_TOO_LARGE', `${path} is larger than ${fileBytesMax} bytes.`)
      return program.must({ folder, environment, arguments: ['cat-file', 'blob', entry.sha] })
    },
    async readBlob(sha) {
      if (!isSha(sha)) return undefined
      const { code, output, truncated } = await run(['cat-file', 'blob', sha], undefined, fileBytesMax)
      if (truncated) throw new Fault('BODY_TOO_LARGE', `${sha} is larger than ${fileBytesMax} bytes.`)
      return code === 0 ? output : undefined
    },
    async list(ref, path, limit, recursive = false) {
      if (path !== '' && !isFilePath(path)) return undefined
      const sha = await resolve(ref)
      if (!sha) return undefined
      const asked = path === '' ? sha : `${sha}:${path}`
      const all = recursive ? ['-r', '-t'] : []
      const { code, output, truncated } = await run(
        ['ls-tree', ...all, '-l', '-z', asked],
        undefined,
        4_194_304,
      )
      if (code !== 0 && !truncated) return undefined
      const entries = entriesOf(output.toString('utf8')).map((entry) => ({
        ...entry,
        path: path === '' ? entry.path : `${path}/${entry.path}`,
      }))
      return { entries: entries.slice(0, limit), truncated: truncated || entries.length > limit }
    },
    async tree(ref, path) {
      if (path !== '' && !isFilePath(path)) return []
      const sha = await resolve(ref)
      if (!sha) return []
      const asked = path === '' ? [] : ['--', `${literal(path)}/`]
      const found = entriesOf(await must(['ls-tree', '-r', '-l', '-z', '--full-tree', sha, ...asked]))
      const files = found.filter(({ type, sizeBytes }) => type === 'FILE' && (sizeBytes ?? 0) <= fileBytesMax)
      const bytes = files.reduce((sum, { sizeBytes }) => sum + (sizeBytes ?? 0), 0)
      if (files.length > treeFilesMax || bytes > treeBytesMax)
        throw new Fault(
          'BODY_TOO_LARGE',
          `There are ${files.length} files with ${bytes} bytes below ${path || 'the root'}; ${treeFilesMax} and ${treeBytesMax} are read at most.`,
        )
      const blobs = batchOf(
        await program.must({
          ...{ folder, environment, arguments: ['cat-file', '--batch'] },
          input: files.map((file) => `${file.sha}\n`).join(''),
        }),
      )
      return files.flatMap((file, index) => textFile(file.path, blobs[index]))
    },
    write: (input) => writer.write({ ...input, files: input.files.map(checkedChange) }),
    async treeOf(commit) {
      const { code, output } = await run([
        'rev-parse',
        '--verify',
        '--quiet',
        '--end-of-options',
        `${commit}^{tree}`,
      ])
      return code === 0 ? shaOf(output.toString('utf8')) : undefined
    },
    async join({ target, source, ...rest }) {
      const { code, output, complaint } = await run([
        'merge-tree',
        '--write-tree',
        '--no-messages',
        await known(target),
        await known(source),
      ])
      if (code === 1) return undefined
      const tree = shaOf(output.toString('utf8'))
      if (code !== 0 || !tree)
        throw new Fault(
          'CONFLICT',
          `The branches cannot be merged: ${complaint.split('\n')[0]?.slice(0, 200)}`,
        )
      return writer.commitTree({ tree, parents: [target, source], ...rest })
    },
    async mergeable(target, source) {
      const { code } = await run([
        'merge-tree',
        '--write-tree',
        '--no-messages',
        await known(target),
        await known(source),
      ])
      return code === 0
    },
    async isAncestor(ancestor, descendant) {
      const { code } = await run([
        'merge-base',
        '--is-ancestor',
        await known(ancestor),
        await known(descendant),
      ])
      return code === 0
    },
    async mergeBase(a, b) {
      const { code, output } = await run(['merge-base', await known(a), await known(b)])
      return code === 0 ? shaOf(output.toString('utf8')) : undefined
    },
    async joinOf(parent, from, to) {
      const text = await must([
        'rev-list',
        '--parents',
        '--ancestry-path',
        '--max-count=1000',
        `${await known(from)}..${await known(to)}`,
      ])
      const joined = text
        .split('\n')
        .map((line) => line.split(' '))
        .findLast(([, , ...others]) => others.includes(parent))
      return joined?.[0]
    },
    async log(ref, { not, path, limit }) {
      const without = not === undefined ? [] : [`^${await known(not)}`]
      const text = await must([
        'log',
        '-z',
        '--no-color',
        '--no-show-signature',
        `--max-count=${limit}`,
        `--format=${commitFormat}`,
        await known(ref),
        ...without,
        '--',
        ...(path === undefined ? [] : [literal(pathOf(path))]),
      ])
      return commitsOf(text)
    },
    async diff(from, to) {
      const [source, target] = [await known(from), await known(to)]
      const base = await repository.mergeBase(source, target)
      const start = base ?? emptyTree
      const common = [
        'diff-tree',
        '-r',
        '-M',
        '--no-ext-diff',
        '--no-textconv',
        '--no-color',
        '--full-index',
        '--abbrev=40',
      ]
      const look = (rest: readonly string[], bytesMax: number) =>
        program.run({ ...{ folder, environment, bytesMax }, arguments: [...common, ...rest], isLong: true })
      const [raw, numstat, patch] = await Promise.all([
        look(['-z', '--raw', start, target], 8_388_608),
        look(['-z', '--numstat', start, target], 8_388_608),
        look(['-p', '-U3', start, target], diffBytesMax),
      ])
      const total = countRaw(raw.output.toString('utf8'))
      const files = diffFiles(
        ...([
          raw.output.toString('utf8'),
          numstat.output.toString('utf8'),
          patch.output.toString('utf8'),
        ] as const),
        ...([patch.truncated, diffFilesMax] as const),
      )
      const truncated = raw.truncated || files.length < total || files.some((file) => file.truncated)
      return { baseSha: base ?? null, files, filesTotal: total, truncated }
    },
  }
  return repository
}

/** git's own name of the tree without files. */
const emptyTree = '4b825dc642cb6eb9a060e54bf8d69288fbee4904'
const commitFormat = '%H%n%P%n%an%n%ae%n%ct%n%B'

/** As a path, not a pattern. */
const literal = (path: string): string => `:(literal,top)${path}`

function textFile(path: string, bytes: Buffer | undefined): RepositoryFile[] {
  if (!bytes || bytes.includes(0)) return []
  try {
    return [{ path, content: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) }]
  } catch {
    return []
  }
}

function checkedChange({ path, content }: FileChange): FileChange {
  pathOf(path)
  if (content !== null && Buffer.byteLength(content) > fileBytesMax)
    throw new Fault('BODY_TOO_LARGE', `${path} would be larger than ${fileBytesMax} bytes.`)
  return { path, content }
}
