import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { benchCommand } from './index.ts'

let folder = ''
let written = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aiops-bench-'))
  written = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written += String(text)
    return true
  })
})
afterEach(async () => {
  vi.restoreAllMocks()
  await rm(folder, { recursive: true })
})

const run = async (...args: string[]): Promise<void> => {
  const program = new Command().exitOverride()
  benchCommand(program, { mainPath: '' })
  await program.parseAsync(['bench', 'promql', '--suite', folder, ...args], { from: 'user' })
}

it('counts the evals of a folder of scripts that pass', async () => {
  await writeFile(join(folder, 'a.test'), 'load 1m\n  up 1 2 3\n\neval instant at 1m up\n  up 2\n')
  await run('--json')
  expect(JSON.parse(written)).toMatchObject({
    evals: 1,
    passed: 1,
    failures_by_reason: {},
    files: [{ file: 'a.test', evals: 1, passed: 1 }],
  })
})

it('names what failed and why, and exits with 1', async () => {
  await writeFile(join(folder, 'a.test'), 'load 1m\n  up 1 2 3\n\neval instant at 1m up\n  up 7\n')
  await writeFile(join(folder, 'b.test'), 'sing loudly\n')
  await expect(run('--json')).rejects.toMatchObject({ code: 1 })
  expect(JSON.parse(written)).toMatchObject({
    evals: 1,
    passed: 0,
    failures_by_reason: { value: 1, script: 1 },
  })
})

it('refuses a folder without scripts', async () => {
  await expect(run()).rejects.toThrow('holds no *.test file')
})
