import { basename, dirname, resolve } from 'node:path'
import type { DurableFile, DurableFileSystem } from './durable-files.ts'

type File = { kind: 'FILE'; now: Buffer; kept: Buffer }
type Change = (entries: Map<string, Entry>) => void
type Folder = { kind: 'FOLDER'; now: Map<string, Entry>; kept: Map<string, Entry>; pending: Change[] }
type Entry = File | Folder

/** Thrown by the step at which the power fails, and by every one after it. */
export class PowerCut extends Error {}

const newFolder = (): Folder => ({ kind: 'FOLDER', now: new Map(), kept: new Map(), pending: [] })

/**
 * A file system that keeps what POSIX promises and no more: what was written into a file is lost, torn or zeros until the file is synced,
 * and any of a folder's new, renamed and removed names may be missing until the folder is.
 */
export class PowerCutDisk implements DurableFileSystem {
  readonly #root: Folder
  /** Steps until the power fails; one that is reached is not taken. */
  stepsLeft = Number.POSITIVE_INFINITY

  constructor(root = newFolder()) {
    this.#root = root
  }

  async open(path: string, flags: 'r' | 'w' | 'a+'): Promise<DurableFile> {
    this.#step()
    const folder = this.#folderOf(dirname(path))
    const name = basename(path)
    let entry = name === '' ? this.#root : folder.now.get(name)
    if (!entry && flags === 'r') throw missing(path)
    if (!entry) {
      const made: File = { kind: 'FILE', now: Buffer.alloc(0), kept: Buffer.alloc(0) }
      entry = made
      this.#change(folder, (entries) => entries.set(name, made))
    } else if (flags === 'w' && entry.kind === 'FILE') entry.now = Buffer.alloc(0)
    return this.#handle(entry)
  }

  async rename(from: string, to: string): Promise<void> {
    this.#step()
    const folder = this.#folderOf(dirname(from))
    const entry = folder.now.get(basename(from))
    if (!entry || dirname(from) !== dirname(to)) throw missing(from)
    this.#change(folder, (entries) => {
      entries.delete(basename(from))
      entries.set(basename(to), entry)
    })
  }

  async mkdir(path: string): Promise<string | undefined> {
    this.#step()
    let first: string | undefined
    const make = (at: string): Folder => {
      if (at === dirname(at)) return this.#root
      const parent = make(dirname(at))
      const known = parent.now.get(basename(at))
      if (known) return asFolder(known, at)
      first ??= at
      const made = newFolder()
      this.#change(parent, (entries) => entries.set(basename(at), made))
      return made
    }
    make(resolve(path))
    return first
  }

  /** Undefined where there is none. */
  text(path: string): string | undefined {
    try {
      const entry = this.#folderOf(dirname(path)).now.get(basename(path))
      return entry?.kind === 'FILE' ? entry.now.toString('utf8') : undefined
    } catch {
      return undefined
    }
  }

  /** What is there when the power is back; `choose(n)` gives a number below n. */
  afterPowerCut(choose: (options: number) => number): PowerCutDisk {
    const left = (entry: Entry): Entry => {
      if (entry.kind === 'FILE') {
        const bytes = leftOf(entry, choose)
        return { kind: 'FILE', now: bytes, kept: bytes }
      }
      const names = new Map(entry.kept)
      for (const change of entry.pending) if (choose(2) === 1) change(names)
      const now = new Map([...names].map(([name, child]) => [name, left(child)] as const))
      return { kind: 'FOLDER', now, kept: new Map(now), pending: [] }
    }
    return new PowerCutDisk(asFolder(left(this.#root), '/'))
  }

  #handle(entry: Entry): DurableFile {
    return {
      writeFile: async (content) => {
        this.#step()
        if (entry.kind === 'FILE') entry.now = Buffer.concat([entry.now, Buffer.from(content)])
      },
      chmod: async () => this.#step(),
      stat: async () => ({ size: entry.kind === 'FILE' ? entry.now.length : 0 }),
      read: async (into, offset, length, position) => {
        if (entry.kind === 'FILE') entry.now.copy(into, offset, position, position + length)
      },
      sync: async () => {
        this.#step()
        if (entry.kind === 'FILE') entry.kept = entry.now
        else {
          entry.kept = new Map(entry.now)
          entry.pending = []
        }
      },
      close: async () => {},
    }
  }

  #change(folder: Folder, change: Change): void {
    change(folder.now)
    folder.pending.push(change)
  }

  #folderOf(path: string): Folder {
    const at = resolve(path)
    if (at === dirname(at)) return this.#root
    const entry = this.#folderOf(dirname(at)).now.get(basename(at))
    if (!entry) throw missing(path)
    return asFolder(entry, path)
  }

  #step(): void {
    if (this.stepsLeft <= 0) throw new PowerCut('the power failed')
    this.stepsLeft -= 1
  }
}

function leftOf({ now, kept }: File, choose: (options: number) => number): Buffer {
  if (now === kept) return kept
  // What was synced stays where it was only appended to.
  const whole = now.subarray(0, kept.length).equals(kept) ? kept.length : 0
  const options = [
    kept,
    now,
    now.subarray(0, whole + choose(now.length - whole + 1)),
    Buffer.concat([kept, Buffer.alloc(Math.max(0, now.length - kept.length))]),
  ]
  return options[choose(options.length)] ?? kept
}

function asFolder(entry: Entry, path: string): Folder {
  if (entry.kind === 'FOLDER') return entry
  throw Object.assign(new Error(`${path} is no folder`), { code: 'ENOTDIR' })
}

const missing = (path: string): Error => Object.assign(new Error(`no ${path}`), { code: 'ENOENT' })
