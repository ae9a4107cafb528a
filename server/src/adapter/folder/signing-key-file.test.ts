import { createPublicKey, verify } from 'node:crypto'
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { openSigningKeyFile, rememberPublicKey } from './signing-key-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'aiops-signing-key-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('makes a key that its owner alone may read, and has the same one at the next start', async () => {
  const path = join(folder, 'a', 'key.pem')
  const first = await openSigningKeyFile(path)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  const second = await openSigningKeyFile(path)
  expect(second.keyId).toBe(first.keyId)
  expect(first.keyId).toMatch(/^[0-9a-f]{16}$/)
  const said = Buffer.from('said')
  expect(verify(null, said, createPublicKey(first.publicKey), second.sign(said))).toBe(true)
  expect(first.publicKey).not.toContain('PRIVATE')
})

it('refuses a key that others may read, and one that is damaged, without making another', async () => {
  const path = join(folder, 'b.pem')
  await openSigningKeyFile(path)
  chmodSync(path, 0o640)
  await expect(openSigningKeyFile(path)).rejects.toThrow(/may be read by others \(mode 640\); run chmod 600/)
  chmodSync(path, 0o600)
  writeFileSync(path, 'no key')
  await expect(openSigningKeyFile(path)).rejects.toThrow(/is damaged/)
  expect(readFileSync(path, 'utf8')).toBe('no key')
})

it('keeps the public key of every key that ever signed, each once', async () => {
  const path = join(folder, 'public', 'keys.pem')
  const [one, two] = [
    await openSigningKeyFile(join(folder, 'one.pem')),
    await openSigningKeyFile(join(folder, 'two.pem')),
  ]
  expect(await rememberPublicKey(path, one.publicKey)).toBe(one.publicKey)
  expect(await rememberPublicKey(path, two.publicKey)).toBe(one.publicKey + two.publicKey)
  expect(await rememberPublicKey(path, one.publicKey)).toBe(one.publicKey + two.publicKey)
  expect(readFileSync(path, 'utf8')).toBe(one.publicKey + two.publicKey)
})
