import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { secretStoreConformance } from '../../port/secret-store.suite.ts'
import { createKeyFile } from './key-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'aiops-keys-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const fileOf = (name: string): string => join(folder, `${name}.json`)

secretStoreConformance(async (name) => createKeyFile(fileOf(name)))

describe('a key file', () => {
  const owner = { tenant: 'default', id: 'c1' }

  it('is made with the first secret, for its owner alone', async () => {
    const path = fileOf('made')
    const store = createKeyFile(path)
    await expect(store.open('v1.x.y.z', owner)).rejects.toMatchObject({ code: 'CREDENTIALS_INVALID' })
    expect(() => statSync(path)).toThrow()
    await Promise.all(Array.from({ length: 20 }, () => store.seal(Buffer.from('x'), owner)))
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(Object.keys(JSON.parse(readFileSync(path, 'utf8')).keys)).toHaveLength(1)
  })

  it('is refused where others may read it', async () => {
    const path = fileOf('open')
    await createKeyFile(path).seal(Buffer.from('x'), owner)
    chmodSync(path, 0o640)
    await expect(createKeyFile(path).seal(Buffer.from('x'), owner)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('chmod 600'),
    })
  })

  it('is refused when damaged, and never replaced by a new one', async () => {
    for (const text of ['', '{', '{"current":"0000000000000000","keys":{}}', '{"current":"","keys":{}}']) {
      const path = fileOf('damaged')
      writeFileSync(path, text, { mode: 0o600 })
      await expect(createKeyFile(path).seal(Buffer.from('x'), owner)).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
      })
      expect(readFileSync(path, 'utf8')).toBe(text)
    }
  })
})
