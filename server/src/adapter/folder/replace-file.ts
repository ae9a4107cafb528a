import { type FileHandle, open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'

/** The file as a whole, on disk when this resolves: after a crash it is the old one or the new one. Its owner alone may read it. */
export async function replaceFile(
  path: string,
  content: string | ((file: FileHandle) => Promise<void>),
): Promise<void> {
  const beside = `${path}.partial`
  const file = await open(beside, 'w', 0o600)
  try {
    // One that an earlier crash left keeps its mode when it is opened.
    await file.chmod(0o600)
    if (typeof content === 'string') await file.writeFile(content)
    else await content(file)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(beside, path)
  const folder = await open(dirname(path), 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
