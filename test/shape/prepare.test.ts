import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { root } from './tree.ts'

/** Stands for npm: notes how it was called and installs the little that is looked at. */
const npm = `
  const { appendFileSync, cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } = require('node:fs')
  appendFileSync('npm-calls', process.argv.slice(2).join(' ') + '\\n')
  if (process.env.FAIL) process.exit(1)
  rmSync('node_modules', { recursive: true, force: true })
  mkdirSync('node_modules/.bin', { recursive: true })
  mkdirSync('node_modules/node', { recursive: true })
  cpSync('package-lock.json', 'node_modules/.package-lock.json')
  writeFileSync('node_modules/node/package.json', JSON.stringify({ version: process.env.NODE_VERSION ?? '24.0.0' }))
  if (!process.env.IGNORE_SCRIPTS) symlinkSync(process.execPath, 'node_modules/.bin/node')
`

describe('what runs before npm start and npm test', () => {
  let folder: string
  const lock = (version: string) =>
    writeFileSync(
      join(folder, 'package-lock.json'),
      JSON.stringify({
        packages: { '': {}, 'node_modules/node': { version }, 'node_modules/mac': { optional: true } },
      }),
    )
  const prepare = (env: Record<string, string> = {}) => {
    rmSync(join(folder, 'npm-calls'), { force: true })
    const { status, stdout, stderr } = spawnSync(process.execPath, ['script/prepare.mjs'], {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: process.env.PATH, npm_execpath: join(folder, 'npm.cjs'), ...env },
    })
    return { status, stdout, stderr, installed: existsSync(join(folder, 'npm-calls')) }
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'aiops-prepare-'))
    mkdirSync(join(folder, 'script'))
    cpSync(join(root, 'script/prepare.mjs'), join(folder, 'script/prepare.mjs'))
    writeFileSync(join(folder, 'npm.cjs'), npm)
    lock('24.0.0')
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  test('installs in a fresh clone, and then has nothing to do or say', () => {
    const first = prepare()
    expect(first).toMatchObject({ status: 0, installed: true, stderr: '' })
    expect(first.stdout).toMatch(/^Installing .*\n$/)
    expect(prepare()).toEqual({ status: 0, stdout: '', stderr: '', installed: false })
  })

  test('installs again when the lock has changed', () => {
    prepare()
    lock('24.0.1')
    expect(prepare().installed).toBe(true)
  })

  test('believes an npm ci that somebody ran by hand', () => {
    prepare()
    unlinkSync(join(folder, 'node_modules/.cache/aiops-lock'))
    expect(prepare()).toMatchObject({ status: 0, stdout: '', installed: false })
  })

  test('installs again when Node is missing from what was installed', () => {
    prepare()
    unlinkSync(join(folder, 'node_modules/.bin/node'))
    expect(prepare()).toMatchObject({ status: 0, installed: true })
  })

  test('says what to do, in one sentence, when npm fails', () => {
    const { status, stderr } = prepare({ FAIL: '1' })
    expect(status).toBe(1)
    expect(stderr).toBe('npm ci did not succeed; what it printed above says why.\n')
  })

  test.each<Record<string, string>>([{ IGNORE_SCRIPTS: '1' }, { NODE_VERSION: '20.0.0' }])(
    'ends in one sentence without Node 24 (%o)',
    (env) => {
      const { status, stderr } = prepare(env)
      expect(status).toBe(1)
      expect(stderr).toMatch(/^Node 24 was not installed .*\n$/)
    },
  )

  test('builds the web app once, and again when one of its sources changed', () => {
    prepare()
    const build = `require('node:fs').mkdirSync('dist', { recursive: true })`
    mkdirSync(join(folder, 'node_modules/vite/bin'), { recursive: true })
    writeFileSync(join(folder, 'node_modules/vite/bin/vite.js'), build)
    mkdirSync(join(folder, 'web/src'), { recursive: true })
    writeFileSync(join(folder, 'web/index.html'), '<div></div>')
    expect(prepare().stdout).toMatch(/^Built the web app in /)
    expect(prepare().stdout).toBe('')
    writeFileSync(join(folder, 'web/src/main.tsx'), 'export {}')
    expect(prepare().stdout).toMatch(/^Built the web app in /)
  })
})
