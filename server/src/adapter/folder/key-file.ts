import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { open, readFile, rename, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { Fault } from '../../kernel/fault.ts'
import { SerialExecutor } from '../../kernel/queue.ts'
import type { SealedSecret, SecretOwner, SecretStore } from '../../port/secret-store.ts'

/** NIST SP 800-38D: AES-256-GCM with a random nonce of 96 bits, of which no key here comes near 2³² uses, and a tag of 128 bits. */
const algorithm = 'aes-256-gcm'
const keyBytes = 32
const nonceBytes = 12
const tagBytes = 16
const version = 'v1'

const KeyFile = z.strictObject({
  current: z.string(),
  keys: z.record(z.string().regex(/^[0-9a-f]{16}$/), z.base64()),
})
type Keys = { current: string; keys: Map<string, Buffer> }

/**
 * Master keys in one file that its owner alone may read. Envelope encryption: a secret is sealed with its own random data key, the data
 * key with the newest master key; tenant and id are additional data of both. `v1.KEY.WRAPPED.SEALED`, the last two base64url of
 * nonce, ciphertext, tag. The file is made when the first secret is sealed.
 */
export function createKeyFile(path: string): SecretStore {
  const writes = new SerialExecutor(path, 100)
  let known: Keys | undefined
  const keys = async (): Promise<Keys> => (known ??= await read(path))
  /** One under which nothing is sealed before it is on disk. */
  const renew = async (): Promise<string> => {
    const { keys: old } = await keys()
    const id = randomBytes(8).toString('hex')
    const next = { current: id, keys: new Map([...old, [id, randomBytes(keyBytes)]]) }
    await replace(path, next)
    known = next
    return id
  }
  const newest = async (): Promise<{ id: string; key: Buffer }> => {
    if ((await keys()).current === '')
      await writes.run(async () => ((await keys()).current === '' ? renew() : ''))
    const { current, keys: all } = await keys()
    return { id: current, key: all.get(current)! }
  }
  const wrap = async (dataKey: Buffer, owner: SecretOwner): Promise<string> => {
    const { id, key } = await newest()
    return `${version}.${id}.${encrypt(key, dataKey, aad('key', owner))}`
  }
  const unwrap = async ({ id, wrapped }: Parts, owner: SecretOwner): Promise<Buffer> => {
    const key = (await keys()).keys.get(id)
    if (!key) throw unreadable(`master key ${id} is not in ${path}. Put back that file, or upload them again`)
    return decrypt(key, wrapped, aad('key', owner))
  }
  return {
    async seal(secret, owner) {
      const dataKey = randomBytes(keyBytes)
      try {
        return `${await wrap(dataKey, owner)}.${encrypt(dataKey, secret, aad('data', owner))}`
      } finally {
        dataKey.fill(0)
      }
    },
    async open(sealed, owner) {
      const parts = partsOf(sealed)
      const dataKey = await unwrap(parts, owner)
      try {
        return decrypt(dataKey, parts.data, aad('data', owner))
      } finally {
        dataKey.fill(0)
      }
    },
    async rewrap(sealed, owner) {
      const parts = partsOf(sealed)
      const dataKey = await unwrap(parts, owner)
      try {
        return (await newest()).id === parts.id ? sealed : `${await wrap(dataKey, owner)}.${parts.data}`
      } finally {
        dataKey.fill(0)
      }
    },
    renew: () => writes.run(renew),
    retire: () =>
      writes.run(async () => {
        const { current, keys: all } = await keys()
        const next = { current, keys: new Map([...all].filter(([id]) => id === current)) }
        await replace(path, next)
        known = next
      }),
  }
}

type Parts = { id: string; wrapped: string; data: string }

function partsOf(sealed: SealedSecret): Parts {
  const [of, id = '', wrapped = '', data = '', ...rest] = sealed.split('.')
  if (of !== version || data === '' || rest.length > 0) throw unreadable('what is stored is no sealed secret')
  return { id, wrapped, data }
}

/** JSON, so that no two owners give the same bytes. */
const aad = (purpose: 'key' | 'data', { tenant, id }: SecretOwner): Buffer =>
  Buffer.from(JSON.stringify([version, purpose, tenant, id]))

function encrypt(key: Buffer, plain: Uint8Array, additional: Buffer): string {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagBytes }).setAAD(additional)
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]).toString(
    'base64url',
  )
}

function decrypt(key: Buffer, text: string, additional: Buffer): Buffer {
  const bytes = Buffer.from(text, 'base64url')
  // One text for one secret: what decodes alike but is written differently was changed by somebody.
  if (bytes.length < nonceBytes + tagBytes || bytes.toString('base64url') !== text)
    throw unreadable('what is stored was changed')
  const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  })
  decipher.setAAD(additional).setAuthTag(bytes.subarray(-tagBytes))
  try {
    return Buffer.concat([decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()])
  } catch {
    throw unreadable('what is stored was changed, or belongs to another record')
  }
}

const unreadable = (why: string): Fault =>
  new Fault('CREDENTIALS_INVALID', `The stored credentials cannot be decrypted: ${why}.`)

async function read(path: string): Promise<Keys> {
  const fail = (sentence: string): never => {
    throw new Fault('CONFIG_INVALID', `The file of master keys ${path} ${sentence}.`)
  }
  const found = await stat(path).catch((error: NodeJS.ErrnoException) =>
    error.code === 'ENOENT' ? undefined : fail(`cannot be read (${error.code})`),
  )
  if (!found) return { current: '', keys: new Map() }
  if (process.platform !== 'win32' && (found.mode & 0o077) !== 0)
    fail(`may be read by others (mode ${(found.mode & 0o777).toString(8)}); run chmod 600 on it`)
  try {
    const { current, keys } = KeyFile.parse(JSON.parse(await readFile(path, 'utf8')))
    const all = new Map(Object.entries(keys).map(([id, key]) => [id, Buffer.from(key, 'base64')]))
    if ([...all.values()].every((key) => key.length === keyBytes) && all.has(current))
      return { current, keys: all }
  } catch {
    // What is wrong with it may quote it.
  }
  return fail('is damaged; put back a copy of it')
}

async function replace(path: string, { current, keys }: Keys): Promise<void> {
  const text = JSON.stringify({
    current,
    keys: Object.fromEntries([...keys].map(([id, key]) => [id, key.toString('base64')])),
  })
  const beside = `${path}.partial`
  const file = await open(beside, 'w', 0o600)
  try {
    await file.chmod(0o600)
    await file.writeFile(text)
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
