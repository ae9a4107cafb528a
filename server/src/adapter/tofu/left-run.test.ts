import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { systemClock } from '../../kernel/clock.ts'
import { LeftRuns, workspacePrefix } from './left-run.ts'

const url = 'http://127.0.0.1:1/state/cart'

/** A platform that was killed: what it left, and the next one that finds it. */
function open() {
  const folder = mkdtempSync(join(tmpdir(), 'aiops-left-'))
  const made: string[] = [folder]
  onTestFinished(() => {
    for (const path of made) rmSync(path, { recursive: true, force: true })
  })
  const workspace = () => {
    const root = mkdtempSync(workspacePrefix(folder))
    made.push(root)
    const cwd = join(root, 'files')
    mkdirSync(cwd)
    return { root, cwd }
  }
  return { folder, workspace, runs: () => new LeftRuns(systemClock, folder) }
}
const answering =
  (code: number, stderr = '') =>
  (tried: string[]) =>
  async (file: string) => {
    tried.push(readFileSync(file, 'utf8'))
    return { code, stdout: Buffer.alloc(0), stderr: Buffer.from(stderr) }
  }
async function leave(runs: LeftRuns, { cwd }: { cwd: string }, state?: string): Promise<void> {
  await runs.begin(url, cwd)
  if (state !== undefined) writeFileSync(join(cwd, 'errored.tfstate'), state)
}

it('folders of killed plans go at the next start, those of killed applies and of other platforms stay', async () => {
  const { folder, workspace, runs } = open()
  const [plan, apply, other] = [workspace(), workspace(), open().workspace()]
  await leave(runs(), apply)
  await runs().sweep()
  expect([plan, apply, other].map(({ root }) => existsSync(root))).toEqual([false, true, true])
  expect(existsSync(folder)).toBe(true)
})

it('stores the state that a killed apply left, once, and removes its folder', async () => {
  const { workspace, runs } = open()
  const apply = workspace()
  await leave(runs(), apply, '{"serial":4}')
  const tried: string[] = []
  const next = runs()
  await next.store(url, answering(0)(tried))
  await next.store(url, answering(0)(tried))
  expect(tried).toEqual(['{"serial":4}'])
  expect(existsSync(apply.root)).toBe(false)
})

it('while the state is locked it is tried again later; what is refused is kept for a person', async () => {
  const { folder, workspace, runs } = open()
  const apply = workspace()
  await leave(runs(), apply, 'left')
  const next = runs()
  await next.store(url, answering(1, 'Error acquiring the state lock')([]))
  expect(existsSync(apply.root)).toBe(true)
  await next.store(url, answering(1, 'serial 3 is older')([]))
  expect(existsSync(apply.root)).toBe(false)
  const kept = readdirSync(folder).filter((name) => name.endsWith('.tfstate'))
  expect(kept).toHaveLength(1)
})

it('a run of this process is nothing left', async () => {
  const { workspace, runs } = open()
  const own = runs()
  await leave(own, workspace(), 'mine')
  const tried: string[] = []
  await own.store(url, answering(0)(tried))
  expect(tried).toEqual([])
})
