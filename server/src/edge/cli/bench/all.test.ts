import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
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

/** With a program that tells how it was called. */
async function run(script: string, ...args: string[]): Promise<void> {
  const mainPath = join(folder, 'main.mjs')
  await writeFile(mainPath, script)
  const program = new Command().exitOverride()
  benchCommand(program, { mainPath })
  await program.parseAsync(['bench', 'all', '--data', folder, ...args], { from: 'user' })
}
const echo = 'process.stdout.write(JSON.stringify(process.argv.slice(2)))'

it('runs each part whose folder is there on that folder, and joins what they say', async () => {
  await mkdir(join(folder, 'detection'))
  await mkdir(join(folder, 'rca'))
  await run(echo, '--json')
  expect(JSON.parse(written)).toEqual({
    detect: ['bench', 'detect', '--data', join(folder, 'detection'), '--json'],
    explain: ['bench', 'explain', '--data', join(folder, 'rca'), '--json'],
  })
})

it('ends as a part that fails does', async () => {
  await mkdir(join(folder, 'correlation'))
  await expect(run('process.exit(3)', '--json')).rejects.toMatchObject({ code: 3 })
})

it('says what it looked for where nothing is', async () => {
  await expect(run(echo)).rejects.toThrow('holds none of detection/, correlation/, rca/')
})
