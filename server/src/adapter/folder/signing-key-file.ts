import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Fault } from '../../kernel/fault.ts'
import type { SigningKey } from '../../port/audit-checkpoint.ts'
import { durableFiles } from './durable-files.ts'

/** The signing key in a file that its owner alone may read (PKCS #8, PEM); it is made where there is none. */
export async function openSigningKeyFile(path: string): Promise<SigningKey> {
  const fail = (sentence: string): never => {
    throw new Fault('CONFIG_INVALID', `The signing key of the audit log ${path} ${sentence}.`)
  }
  const found = await stat(path).catch((error: NodeJS.ErrnoException) =>
    error.code === 'ENOENT' ? undefined : fail(`cannot be read (${error.code})`),
  )
  if (found && process.platform !== 'win32' && (found.mode & 0o077) !== 0)
    fail(`may be read by others (mode ${(found.mode & 0o777).toString(8)}); run chmod 600 on it`)
  if (!found) {
    await durableFiles.makeFolder(dirname(path))
    const { privateKey } = generateKeyPairSync('ed25519')
    await durableFiles.replace(path, privateKey.export({ type: 'pkcs8', format: 'pem' }) as string)
  }
  const text = await readFile(path, 'utf8').catch(() => '')
  const key = privateKeyOf(text) ?? fail('is damaged; put back a copy of it, or move it away for a new one')
  const publicKey = createPublicKey(key)
  const der = publicKey.export({ type: 'spki', format: 'der' })
  return {
    keyId: createHash('sha256').update(der).digest('hex').slice(0, 16),
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }) as string,
    sign: (bytes) => sign(null, bytes, key),
  }
}

function privateKeyOf(text: string): KeyObject | undefined {
  try {
    const key = createPrivateKey(text)
    return key.asymmetricKeyType === 'ed25519' ? key : undefined
  } catch {
    return undefined
  }
}

/** Adds the public key to a file of those that ever signed, so that old signatures can be tried when the key is another; all of them. */
export async function rememberPublicKey(path: string, publicKey: string): Promise<string> {
  const known = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw new Fault('CONFIG_INVALID', `The public keys in ${path} cannot be read (${error.code}).`)
  })
  if (known.includes(publicKey.trim())) return known
  await durableFiles.makeFolder(dirname(path))
  const text = `${known}${known === '' || known.endsWith('\n') ? '' : '\n'}${publicKey}`
  await durableFiles.replace(path, text)
  return text
}
