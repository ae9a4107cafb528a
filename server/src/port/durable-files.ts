import { basename, dirname, join, resolve } from 'node:path'

/** What is needed of an open file; `FileHandle` of `node:fs/promises` is one. */
export interface DurableFile {
  writeFile(content: string | Uint8Array): Promise<void>
  chmod(mode: number): Promise<void>
  stat(): Promise<{ size: number }>
  read(into: Uint8Array, offset: number, length: number, position: number): Promise<unknown>
  sync(): Promise<void>
  close(): Promise<void>
}

/** What is needed of a file system; `node:fs/promises` is one. */
export interface DurableFileSystem {
  open(path: string, flags: 'r' | 'w' | 'a+', mode?: number): Promise<DurableFile>
  rename(from: string, to: string): Promise<void>
  /** The first folder that it made; undefined where all were there. */
  mkdir(path: string, options: { recursive: true; mode: number }): Promise<string | undefined>
}

/** Changes of files that a power failure does not take back once they resolved. Their owner alone may read what is made. */
export interface DurableFiles {
  /** The file as a whole: whenever the power fails, it is the old one or the new one. One at a time for each path. */
  replace(path: string, content: string | ((file: DurableFile) => Promise<void>)): Promise<void>
  /**
   * A line at the end; the file is made where there is none. What a crash cut off in the middle stays a line of its own. Resolves with the bytes
   * that the file has then.
   */
  appendLine(path: string, line: string): Promise<number>
  /** Within its folder. */
  rename(path: string, name: string): Promise<void>
  /** With those that it lies in. */
  makeFolder(path: string): Promise<void>
  /** Names in the folder, as they are now. */
  syncFolder(path: string): Promise<void>
}

const newline = 10
const [fileMode, folderMode] = [0o600, 0o700]

/** For adapters that keep files: content is synced before it gets its name, and a name is on disk only when its folder is. */
export function createDurableFiles(system: DurableFileSystem): DurableFiles {
  async function withFile<T>(
    path: string,
    flags: 'r' | 'w' | 'a+',
    work: (file: DurableFile) => Promise<T>,
  ): Promise<T> {
    const file = await system.open(path, flags, fileMode)
    try {
      return await work(file)
    } finally {
      await file.close()
    }
  }
  const syncFolder = (path: string): Promise<void> => withFile(path, 'r', (folder) => folder.sync())
  const rename = async (path: string, name: string): Promise<void> => {
    await system.rename(path, join(dirname(path), name))
    await syncFolder(dirname(path))
  }
  return {
    async replace(path, content) {
      const beside = `${path}.partial`
      await withFile(beside, 'w', async (file) => {
        // One that an earlier crash left keeps its mode when it is opened.
        await file.chmod(fileMode)
        if (typeof content === 'string') await file.writeFile(content)
        else await content(file)
        await file.sync()
      })
      await rename(beside, basename(path))
    },
    async appendLine(path, line) {
      const { before, after } = await withFile(path, 'a+', async (file) => {
        const before = (await file.stat()).size
        const last = Buffer.alloc(1)
        if (before > 0) await file.read(last, 0, 1, before - 1)
        const text = Buffer.from(`${before > 0 && last[0] !== newline ? '\n' : ''}${line}\n`)
        await file.writeFile(text)
        await file.sync()
        return { before, after: before + text.length }
      })
      if (before === 0) await syncFolder(dirname(path))
      return after
    },
    rename,
    async makeFolder(path) {
      const first = await system.mkdir(path, { recursive: true, mode: folderMode })
      if (first === undefined) return
      for (let at = resolve(path); at.length >= resolve(first).length; at = dirname(at))
        await syncFolder(dirname(at))
    },
    syncFolder,
  }
}
