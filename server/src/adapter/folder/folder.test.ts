import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { createDocumentFolder } from './document-folder.ts'
import { createSecretFolder } from './secret-folder.ts'

const folder = mkdtempSync(join(tmpdir(), 'aiops-folder-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function fresh(name: string): string {
  const path = join(folder, name)
  mkdirSync(path)
  return path
}

describe('a runbook folder', () => {
  it('that does not exist is empty until it does', async () => {
    const path = join(folder, 'later')
    const source = createDocumentFolder(path)
    expect(await source.load()).toEqual([])
    mkdirSync(path)
    writeFileSync(join(path, 'a.yaml'), 'x')
    expect(await source.load()).toMatchObject([{ file: 'a.yaml', text: 'x' }])
  })

  it('gives YAML files by name, sees changes, and passes over everything else', async () => {
    const path = fresh('mixed')
    for (const [name, text] of [
      ['b.yml', '2'],
      ['a.yaml', '1'],
      ['.hidden.yaml', 'x'],
      ['note.txt', 'x'],
      ['a.yaml~', 'x'],
    ] as const)
      writeFileSync(join(path, name), text)
    mkdirSync(join(path, 'folder.yaml'))
    execFileSync('mkfifo', [join(path, 'pipe.yaml')])
    symlinkSync(join(path, 'gone'), join(path, 'dangling.yaml'))
    symlinkSync(join(path, 'a.yaml'), join(path, 'c.yaml'))
    const source = createDocumentFolder(path)
    expect(await source.load()).toMatchObject([
      { file: 'a.yaml', text: '1' },
      { file: 'b.yml', text: '2' },
      { file: 'c.yaml', text: '1' },
    ])
    writeFileSync(join(path, 'b.yml'), 'changed')
    rmSync(join(path, 'c.yaml'))
    expect(await source.load()).toMatchObject([
      { file: 'a.yaml', text: '1' },
      { file: 'b.yml', text: 'changed' },
    ])
  })

  it('reads no file that is too large and not too many, and says so', async () => {
    const path = fresh('many')
    for (let i = 0; i < 1_002; i += 1)
      writeFileSync(join(path, `${String(i).padStart(5, '0')}.yaml`), i === 0 ? 'x'.repeat(262_145) : 'x')
    const files = await createDocumentFolder(path).load()
    expect(files).toHaveLength(1_001)
    expect(files[0]).toMatchObject({ text: '', problem: expect.stringContaining('262145 bytes') })
    expect(files.at(-1)?.problem).toContain('the last 2 by name are left out')
  })
})

describe('a secret', () => {
  it('comes from the environment before the file, without the last line break', async () => {
    const path = fresh('secrets')
    writeFileSync(join(path, 'FROM_FILE'), 'one\n')
    writeFileSync(join(path, 'BOTH'), 'file')
    const secrets = createSecretFolder(path, { AIOPS_SECRET_BOTH: 'environment' })
    expect(await secrets.read('FROM_FILE')).toBe('one')
    expect(await secrets.read('BOTH')).toBe('environment')
    writeFileSync(join(path, 'FROM_FILE'), 'two')
    expect(await secrets.read('FROM_FILE')).toBe('two')
  })

  it.each(['../FROM_FILE', 'a', '', 'A/B', 'A\u0000', '.', '__proto__', 'MISSING'])(
    '%j is refused by name',
    async (name) => {
      await expect(createSecretFolder(join(folder, 'secrets'), {}).read(name)).rejects.toMatchObject({
        code: 'VALIDATION_FAILED',
      })
    },
  )
})
