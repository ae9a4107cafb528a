import { readFile, stat } from 'node:fs/promises'
import { Fault } from '../../kernel/fault.ts'
import { createEnvelope, type MasterKeys, masterKeysOf, masterKeysText } from '../../port/envelope.ts'
import type { SecretStore } from '../../port/secret-store.ts'
import { durableFiles } from './durable-files.ts'

/** Master keys in one file that its owner alone may read; one process owns it. It is made when the first secret is sealed. */
export const createKeyFile = (path: string): SecretStore =>
  createEnvelope({
    name: path,
    read: () => read(path),
    async replace(_before, next) {
      await durableFiles.replace(path, masterKeysText(next))
      return true
    },
  })

async function read(path: string): Promise<MasterKeys> {
  const fail = (sentence: string): never => {
    throw new Fault('CONFIG_INVALID', `The file of master keys ${path} ${sentence}.`)
  }
  const found = await stat(path).catch((error: NodeJS.ErrnoException) =>
    error.code === 'ENOENT' ? undefined : fail(`cannot be read (${error.code})`),
  )
  if (!found) return { current: '', keys: new Map() }
  if (process.platform !== 'win32' && (found.mode & 0o077) !== 0)
    fail(`may be read by others (mode ${(found.mode & 0o777).toString(8)}); run chmod 600 on it`)
  const keys = masterKeysOf(await readFile(path, 'utf8').catch(() => ''))
  return keys ?? fail('is damaged; put back a copy of it')
}
