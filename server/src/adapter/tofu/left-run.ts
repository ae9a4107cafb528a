import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join, sep } from 'node:path'
import type { Clock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import type { EngineRun } from './engine-process.ts'
import { keepState } from './keep-state.ts'
import { leftState } from './recovery.ts'

/**
 * Beginning of the names of the folders in which the runs of one platform work, made of where it keeps states that could not be stored. They
 * lie in the temporary folder, because providers open sockets in them, whose paths may have no more than 107 bytes.
 */
export const workspacePrefix = (recoveryFolder: string): string =>
  join(tmpdir(), `aiops-plan-${createHash('sha256').update(recoveryFolder).digest('hex').slice(0, 8)}-`)

/**
 * Applies that were going on when the platform was killed. The engine ends by itself then and leaves the state that it could not store in
 * its folder, which nobody else knows: so where an apply runs is written down before it begins, and looked at before the next plan.
 */
export class LeftRuns {
  readonly #clock: Clock
  readonly #folder: string
  /** Begun by this process. */
  readonly #own = new Set<string>()

  constructor(clock: Clock, folder: string) {
    this.#clock = clock
    this.#folder = folder
  }

  /** Removes what plans of a killed platform left: the state is in it. What an apply left, or is still worked in, stays. */
  async sweep(): Promise<void> {
    const notes = (await readdir(this.#folder).catch(() => [])).filter((name) => name.startsWith('running-'))
    const noted = await Promise.all(
      notes.map((name) => readFile(join(this.#folder, name), 'utf8').catch(() => '')),
    )
    const prefix = workspacePrefix(this.#folder)
    for (const name of await readdir(dirname(prefix)).catch(() => [])) {
      if (!name.startsWith(basename(prefix))) continue
      const root = join(dirname(prefix), name)
      if (noted.some((cwd) => cwd.startsWith(`${root}${sep}`)) || (await isAtWork(root))) continue
      await rm(root, { recursive: true, force: true })
    }
  }

  async begin(url: string, cwd: string): Promise<void> {
    const note = this.#noteOf(url)
    this.#own.add(note)
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    await writeFile(note, cwd, { mode: 0o600 })
  }

  async end(url: string): Promise<void> {
    const note = this.#noteOf(url)
    await rm(note, { force: true })
    this.#own.delete(note)
  }

  /**
   * Stores what a run of this state left. While the state is locked nothing can be stored, and it is tried again before the next plan. What
   * the backend refuses, because the state has moved on, is kept for a person.
   */
  async store(url: string, push: (file: string) => Promise<EngineRun>): Promise<void> {
    const cwd = await this.#left(url)
    if (cwd === undefined) return
    if (await isAtWork(cwd))
      throw new Fault(
        'UPSTREAM_FAILED',
        'What was being applied when the platform was killed is still ending; nothing is planned beside it.',
      )
    const file = join(cwd, leftState)
    if (!(await isThere(file))) return
    const { code, stdout, stderr } = await push(file)
    if (code !== 0) {
      if (/lock/i.test(`${stdout}${stderr}`)) return
      await keepState(file, this.#folder, this.#clock.now())
    }
    await this.#forget(url, cwd)
  }

  /** The state could be locked: whoever ran there runs no more, and has stored its state where there was one. */
  async over(url: string): Promise<void> {
    const cwd = await this.#left(url)
    if (cwd !== undefined && !(await isThere(join(cwd, leftState)))) await this.#forget(url, cwd)
  }

  async #left(url: string): Promise<string | undefined> {
    const note = this.#noteOf(url)
    if (this.#own.has(note)) return undefined
    const cwd = await readFile(note, 'utf8').catch(() => undefined)
    return cwd?.startsWith(workspacePrefix(this.#folder)) ? cwd : undefined
  }

  async #forget(url: string, cwd: string): Promise<void> {
    const [root = ''] = cwd.slice(tmpdir().length + 1).split(sep)
    if (root !== '') await rm(join(tmpdir(), root), { recursive: true, force: true })
    await this.end(url)
  }

  /** The platform's own address may be another one after a start; its path is not. */
  #noteOf(url: string): string {
    const path = URL.parse(url)?.pathname ?? url
    return join(this.#folder, `running-${createHash('sha256').update(path).digest('hex').slice(0, 32)}`)
  }
}

/** Linux: whether a process works in that folder. Elsewhere nothing is known of it. */
async function isAtWork(folder: string): Promise<boolean> {
  const processes = await readdir('/proc').catch(() => [])
  for (const name of processes) {
    if (!/^\d+$/.test(name)) continue
    // One that has just ended, or is somebody else's, has none that could be read.
    const cwd = await readlink(join('/proc', name, 'cwd')).catch(() => '')
    if (cwd === folder || cwd.startsWith(`${folder}${sep}`)) return true
  }
  return false
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )
