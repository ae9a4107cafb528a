import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Plant, planted, sound, vendorPackages } from './boundary-cases.ts'
import { root } from './tree.ts'

/** The whole tree is read, on a machine that may be busy. */
const cruiseMs = 120_000

type Cruise = {
  modules: { source: string }[]
  summary: {
    totalCruised: number
    violations: { from: string; to: string; rule: { name: string } }[]
    ruleSetUsed: { forbidden: { name: string }[] }
  }
}

/** Raise it as the house grows: it only has to notice a checker that reads nothing. */
const modulesMin = 500

function cruise(folder: string): Cruise {
  const command = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs')
  const config = join(root, '.dependency-cruiser.mjs')
  const run = spawnSync(process.execPath, [command, '--config', config, '--output-type', 'json', '.'], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  })
  if (!run.stdout.startsWith('{')) throw new Error(`dependency-cruiser: ${run.stdout}${run.stderr}`)
  return JSON.parse(run.stdout)
}

/** A miniature of the house in a temporary folder, with the packages it may import as empty stubs. */
function plant(folder: string, plants: readonly Plant[]): void {
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  for (const { path, text } of plants) write(path, text)
  for (const name of vendorPackages) {
    // npm puts a package beside its workspace where the root holds another version of it, as it does with commander.
    const home = `${name === 'commander' ? 'server/' : ''}node_modules/${name}`
    write(`${home}/package.json`, JSON.stringify({ name, version: '1.0.0', main: 'index.js' }))
    write(`${home}/index.js`, 'module.exports = {}\n')
  }
  write(
    'contract/package.json',
    JSON.stringify({ name: '@aiops/contract', type: 'module', exports: { './*': './src/*.ts' } }),
  )
  mkdirSync(join(folder, 'node_modules/@aiops'), { recursive: true })
  symlinkSync('../../contract', join(folder, 'node_modules/@aiops/contract'))
}

describe('the boundary check', () => {
  const folder = mkdtempSync(join(tmpdir(), 'aiops-boundaries-'))
  let result: Cruise
  beforeAll(() => {
    plant(folder, [...sound, ...planted])
    result = cruise(folder)
  }, cruiseMs)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test.each(planted.map(({ rule, path }) => [rule, path]))('%s is caught in %s', (rule, path) => {
    const caught = result.summary.violations
      .filter((violation) => violation.from === path || violation.to === path)
      .map((violation) => violation.rule.name)
    expect(caught).toContain(rule)
  })

  test('has a planted violation for every rule', () => {
    const rules = result.summary.ruleSetUsed.forbidden.map((rule) => rule.name)
    expect(rules.filter((rule) => !planted.some((plant) => plant.rule === rule))).toEqual([])
  })

  test('lets the imports pass that the design allows', () => {
    const allowed = new Set(sound.map((plant) => plant.path))
    const wrong = result.summary.violations.filter((violation) => allowed.has(violation.from))
    expect(wrong.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`)).toEqual([])
  })
})

describe('the real tree', () => {
  let result: Cruise
  beforeAll(() => {
    result = cruise(root)
  }, cruiseMs)

  test('keeps the boundaries', () => {
    const wrong = result.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`)
    expect(wrong).toEqual([])
  })

  test('was read, not skipped', () => {
    const own = result.modules.filter((module) => /^(contract|server|web|example)\//.test(module.source))
    expect(own.length).toBeGreaterThan(modulesMin)
  })
})
