import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Random } from '../../kernel/random.ts'
import type { GitRepositories, RepositoryKey } from '../../port/git-repositories.ts'
import { createGitExchange } from './exchange.ts'
import { createGitProgram } from './git-program.ts'
import { branchRef, openGitRepository } from './git-repository.ts'

const lookMs = 60_000
const tidyLooseMax = 2_000
/** Of `merge-tree --write-tree`. */
const oldest = [2, 38] as const

export type GitDeps = { clock: Clock; random: Random; folder: string; packBytesMax: number; program?: string }

/** Bare repositories under `<folder>/<tenant>/<project>.git`. */
export function createGitRepositories(deps: GitDeps): GitRepositories {
  const { clock, random, folder } = deps
  const program = createGitProgram(deps, deps.program)
  const exchange = createGitExchange({ clock, program, packBytesMax: deps.packBytesMax })
  let looked: { atMs: number; version: Promise<string | undefined> } | undefined

  async function look(): Promise<string | undefined> {
    try {
      const output = await program.must({ folder: '/', arguments: ['--version'] })
      const [, text = '', major = '0', minor = '0'] =
        /((\d+)\.(\d+)[\w.]*)/.exec(output.toString('utf8')) ?? []
      const enough = Number(major) > oldest[0] || (Number(major) === oldest[0] && Number(minor) >= oldest[1])
      return enough ? text : undefined
    } catch {
      return undefined
    }
  }
  function version(): Promise<string | undefined> {
    const nowMs = clock.monotonic()
    if (!looked || nowMs - looked.atMs > lookMs) looked = { atMs: nowMs, version: look() }
    return looked.version
  }
  async function needGit(): Promise<void> {
    if ((await version()) === undefined)
      throw new Fault(
        'NOT_READY',
        'There is no git program 2.38 or newer on this machine; the local forge needs one.',
      )
  }
  const scratchFolder = join(folder, '.scratch')
  const scratch = async (): Promise<string> => {
    await mkdir(scratchFolder, { recursive: true, mode: 0o700 })
    return join(scratchFolder, `index-${Buffer.from(random.bytes(12)).toString('hex')}`)
  }
  const placeOf = (key: RepositoryKey): string =>
    join(folder, partOf(key.tenant), `${partOf(key.project)}.git`)
  function presentAt(key: RepositoryKey): string {
    const place = placeOf(key)
    if (!existsSync(join(place, 'HEAD')))
      throw new Fault('NOT_FOUND', `There is no repository ${key.project} on this machine.`)
    return place
  }

  return {
    version,
    async exists(key) {
      return existsSync(join(placeOf(key), 'HEAD'))
    },
    async create(key, defaultBranch) {
      await needGit()
      const place = placeOf(key)
      const branch = branchRef(defaultBranch).slice('refs/heads/'.length)
      if (existsSync(join(place, 'HEAD'))) return
      await mkdir(join(folder, partOf(key.tenant)), { recursive: true, mode: 0o700 })
      // Made aside and then named: a crash leaves no half of one.
      const aside = await scratch()
      try {
        await program.must({
          folder: scratchFolder,
          arguments: [
            'init',
            '--quiet',
            '--bare',
            '--template=',
            '--object-format=sha1',
            `--initial-branch=${branch}`,
            aside,
          ],
        })
        await rename(aside, place)
      } finally {
        await rm(aside, { recursive: true, force: true })
      }
    },
    open: (key) => {
      const repository = openGitRepository(program, placeOf(key), scratch)
      return guarded(repository, () => {
        presentAt(key)
      })
    },
    async exchange(key, asked) {
      await needGit()
      return exchange(presentAt(key), asked)
    },
    async tidy(key) {
      const place = presentAt(key)
      await program.must({
        ...{ folder: place, environment: { GIT_DIR: place } },
        arguments: ['-c', `gc.auto=${tidyLooseMax}`, 'gc', '--auto', '--quiet'],
      })
    },
  }
}

/** Looks for the repository before each call, so that one which is gone is said to be. */
function guarded<T extends object>(target: T, look: () => void): T {
  return Object.fromEntries(
    Object.entries(target).map(([name, call]) => [
      name,
      async (...given: unknown[]) => {
        look()
        return call(...given)
      },
    ]),
  ) as T
}

/** Names were checked where they came in; what reaches a path is checked here again. */
function partOf(name: string): string {
  if (!/^[a-z0-9](?:[a-z0-9_-]|\.(?!\.|git$)){0,62}$/.test(name))
    throw new Fault('VALIDATION_FAILED', `${JSON.stringify(name.slice(0, 64))} is no name of a repository.`)
  return name
}
