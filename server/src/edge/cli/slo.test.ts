import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import { type CliDeps, runCli } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'aiops-slo-'))
afterAll(() => rmSync(folder, { recursive: true }))
afterEach(() => vi.restoreAllMocks())

async function run(...argv: string[]) {
  let out = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text)
    return true
  })
  let err = ''
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    err += String(text)
    return true
  })
  return { code: await runCli(['slo', ...argv], { version: '0' } as CliDeps), out, err }
}

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const good = 'slos: [{ name: a, objective: 99.9, indicator: { kind: ERRORS, service: a } }]'
const bad =
  'slos: [{ name: a, objective: 99.9, indicator: { kind: RATIO, total: b, bad: "sum(rate(a[{{.window}}])" } }]'

describe('aiops slo check', () => {
  it('needs no server, and says where a query is wrong', async () => {
    const found = await run('check', file('good.yaml', good), file('bad.yaml', bad))
    expect(found.code).toBe(1)
    expect(found.out).toContain('good.yaml: 1 objectives')
    expect(found.out).toMatch(
      /bad\.yaml: slos\[0\]: indicator\.bad: 1:\d+: parse error: unclosed left parenthesis/,
    )
  })

  it('is 0 where all can be used, as JSON too', async () => {
    const found = await run('check', '--json', file('good.yaml', good))
    expect(found.code).toBe(0)
    expect(JSON.parse(found.out)).toMatchObject([{ slos: 1, problems: [] }])
  })

  it('is 1 for a file that is not there', async () => {
    const found = await run('check', join(folder, 'nowhere.yaml'))
    expect(found.code).toBe(1)
    expect(found.err).toContain('cannot be read (no such file or directory)')
  })
})
