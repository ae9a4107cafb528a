import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { z } from 'zod'
import { Fault } from '../kernel/fault.ts'
import { SerialExecutor } from '../kernel/queue.ts'
import type { SealedSecret, SecretOwner, SecretStore } from './secret-store.ts'

/** NIST SP 800-38D: AES-256-GCM with a random nonce of 96 bits, of which no key here comes near 2³² uses, and a tag of 128 bits. */
const algorithm = 'aes-256-gcm'
const keyBytes = 32
const nonceBytes = 12
const tagBytes = 16
const version = 'v1'

/** Master keys by id; `current` is '' where there is none yet. */
export type MasterKeys = { current: string; keys: Map<string, Buffer> }

/** Where master keys lie. */
export interface MasterKeyStore {
  /** For sentences to people. */
  readonly name: string
  /** Throws CONFIG_INVALID for what cannot be used, STORAGE_UNAVAILABLE for what cannot be reached now. */
  read(): Promise<MasterKeys>
  /** Puts `next` in place of `before`, durably; false, and nothing changed, where somebody else was quicker. */
  replace(before: MasterKeys, next: MasterKeys): Promise<boolean>
}

const Document = z.strictObject({
  current: z.string(),
  keys: z.record(z.string().regex(/^[0-9a-f]{16}$/), z.base64()),
})

/** Undefined for what holds no keys; what is wrong with it may quote it, so that nothing is said. */
export function masterKeysOf(text: string): MasterKeys | undefined {
  try {
    const { current, keys } = Document.parse(JSON.parse(text))
    const all = new Map(Object.entries(keys).map(([id, key]) => [id, Buffer.from(key, 'base64')]))
    const usable = [...all.values()].every((key) => key.length === keyBytes) && all.has(current)
    return usable ? { current, keys: all } : undefined
  } catch {
    return undefined
  }
}

export const masterKeysText = ({ current, keys }: MasterKeys): string =>
  JSON.stringify({
    current,
    keys: Object.fromEntries([...keys].map(([id, key]) => [id, key.toString('base64')])),
  })

/** Tries at changing keys that others change too. */
const triesMax = 5

/**
 * Envelope encryption over master keys: a secret is sealed with its own random data key, the data key with the newest master key; tenant and
 * id are additional data of both. `v1.KEY.WRAPPED.SEALED`, the last two base64url of nonce, ciphertext, tag. The first master key is
 * made when the first secret is sealed; keys that another process made are read when they are met.
 */
export function createEnvelope(store: MasterKeyStore): SecretStore {
  const writes = new SerialExecutor(store.name, 100)
  let known: MasterKeys | undefined
  const keys = async (): Promise<MasterKeys> => (known ??= await store.read())
  const change = async (next: (before: MasterKeys) => MasterKeys): Promise<MasterKeys> => {
    for (let tries = 0; tries < triesMax; tries += 1) {
      const before = await store.read()
      const wanted = next(before)
      if (wanted === before || (await store.replace(before, wanted))) {
        known = wanted
        return wanted
      }
    }
    throw new Fault('STORAGE_UNAVAILABLE', `${store.name} is being changed by others all the time.`)
  }
  /** One under which nothing is sealed before it is stored. */
  const added = ({ keys: old }: MasterKeys): MasterKeys => {
    const id = randomBytes(8).toString('hex')
    return { current: id, keys: new Map([...old, [id, randomBytes(keyBytes)]]) }
  }
  const newest = async (): Promise<{ id: string; key: Buffer }> => {
    if ((await keys()).current === '')
      await writes.run(() => change((before) => (before.current === '' ? added(before) : before)))
    const { current, keys: all } = await keys()
    return { id: current, key: all.get(current)! }
  }
  const wrap = async (dataKey: Buffer, owner: SecretOwner): Promise<string> => {
    const { id, key } = await newest()
    return `${version}.${id}.${encrypt(key, dataKey, aad('key', owner))}`
  }
  const unwrap = async ({ id, wrapped }: Parts, owner: SecretOwner): Promise<Buffer> => {
    // One that another process made is met here first.
    if (!(await keys()).keys.has(id)) known = await store.read()
    const key = known?.keys.get(id)
    if (!key)
      throw unreadable(
        `master key ${id} is not in ${store.name}. Put it back, or upload the credentials again`,
      )
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
    renew: async () => (await writes.run(() => change(added))).current,
    async retire() {
      await writes.run(() =>
        change(({ current, keys: all }) => ({
          ...{ current, keys: new Map([...all].filter(([id]) => id === current)) },
        })),
      )
    },
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
