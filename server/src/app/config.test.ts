import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { runCli } from '../edge/cli/index.ts'
import { loadConfig } from './config.ts'
import { environmentName } from './settings.ts'

const plain = { environment: {}, flags: {} }
const { settings } = loadConfig(plain)

describe('the configuration', () => {
  it('has a default for every setting, and each says what it is', () => {
    expect(settings.filter((s) => s.source !== 'default')).toEqual([])
    expect(settings.filter((s) => s.description === '').map((s) => s.name)).toEqual([])
    expect(settings.map((s) => s.name)).toContain('server.port')
  })

  it('has names that stay apart in the environment', () => {
    const names = settings.map((s) => environmentName(s.name))
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([])
  })

  it('has names in small letters with _ between words, as --set and the environment need them', () => {
    expect(settings.filter((s) => !/^[a-z0-9_]+(\.[a-z0-9_]+)*$/.test(s.name)).map((s) => s.name)).toEqual([])
  })

  it('printed with --effective is a file that gives the same configuration', async () => {
    const set = {
      data_folder: 'a: b # c',
      'server.allowed_hosts': '[x.example, "*"]',
      'auth.api_keys': `[{ name: anna, sha256: ${'ab'.repeat(32)}, role: viewer }]`,
    }
    const loaded = loadConfig({ environment: {}, flags: set })
    const folder = mkdtempSync(join(tmpdir(), 'aiops-config-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const file = join(folder, 'printed.yaml')
    writeFileSync(file, await printed(loaded.settings))
    const again = loadConfig({ ...plain, file })
    expect(again.config).toEqual(loaded.config)
    expect(again.settings.every((s) => s.source === 'file' || s.value === undefined)).toBe(true)
  })

  it('shows of an API key only its hash, since it knows no more', () => {
    const flags = { 'auth.api_keys': '[{ name: a, key: secret-value, role: viewer }]' }
    expect(() => loadConfig({ environment: {}, flags })).toThrowError(
      /auth\.api_keys\.0\.key .*no such field/,
    )
  })
})

/** What `aiops config print --effective` prints of these. */
async function printed(of: typeof settings): Promise<string> {
  let text = ''
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((part) => {
    text += part
    return true
  })
  const deps = { version: '1', settings: () => of } as unknown as Parameters<typeof runCli>[1]
  const code = await runCli(['config', 'print', '--effective'], deps)
  write.mockRestore()
  expect(code).toBe(0)
  return text
}
