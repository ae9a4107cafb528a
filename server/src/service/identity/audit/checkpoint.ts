import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto'
import type { AuditCheckpoint } from '@aiops/contract/model/audit'
import { canonicalJson } from '../../../kernel/canonical-json.ts'
import type { SigningKey } from '../../../port/audit-checkpoint.ts'

/** Bound into every signature, so that none of this key can be taken for one of another purpose. */
const format = 'aiops-audit-checkpoint/1'
const keysMax = 100

/** Says under a signature: the chain had this hash at this number. */
export function signCheckpoint(
  key: SigningKey,
  { sequence, hash, time }: Pick<AuditCheckpoint, 'sequence' | 'hash' | 'time'>,
): AuditCheckpoint {
  const said = { sequence, hash, time, key_id: key.keyId }
  return { ...said, signature: Buffer.from(key.sign(signedBytes(said))).toString('base64') }
}

/** What a line of a checkpoint log says; undefined where it is no checkpoint. */
export function readCheckpoint(line: string): AuditCheckpoint | undefined {
  try {
    const { sequence, hash, time, key_id, signature } = JSON.parse(line) as Record<string, unknown>
    const texts = [hash, time, key_id, signature]
    if (!Number.isSafeInteger(sequence) || (sequence as number) < 0) return undefined
    if (!texts.every((text) => typeof text === 'string') || !/^[0-9a-f]{64}$/.test(hash as string))
      return undefined
    return { sequence, hash, time, key_id, signature } as AuditCheckpoint
  } catch {
    return undefined
  }
}

export type PublicKeys = ReadonlyMap<string, KeyObject>

/** Keys by their id, of a text that holds any number of PEM blocks; what is no Ed25519 key is passed over. */
export function publicKeysOf(text: string): PublicKeys {
  const blocks = text.match(/-----BEGIN PUBLIC KEY-----[\s\S]{1,2000}?-----END PUBLIC KEY-----/g) ?? []
  const keys = new Map<string, KeyObject>()
  for (const block of blocks.slice(0, keysMax)) {
    try {
      const key = createPublicKey(block)
      if (key.asymmetricKeyType === 'ed25519') keys.set(keyIdOf(key), key)
    } catch {
      // Not a key.
    }
  }
  return keys
}

export type Signature = 'GOOD' | 'FORGED' | 'UNKNOWN_KEY'

export function checkSignature(keys: PublicKeys, { signature, ...said }: AuditCheckpoint): Signature {
  const key = keys.get(said.key_id)
  if (!key) return 'UNKNOWN_KEY'
  return verify(null, signedBytes(said), key, Buffer.from(signature, 'base64')) ? 'GOOD' : 'FORGED'
}

const keyIdOf = (key: KeyObject): string =>
  createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex')
    .slice(0, 16)

const signedBytes = (said: Omit<AuditCheckpoint, 'signature'>): Buffer =>
  Buffer.from(canonicalJson({ ...said, format }))
