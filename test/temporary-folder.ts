import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const before = process.env.TMPDIR
let folder = ''

/** Everything that tests and what they start put into the temporary folder lies in one, which goes with the run. */
export function setup(): void {
  folder = mkdtempSync(join(tmpdir(), 'aiops-test-'))
  process.env.TMPDIR = folder
}

export function teardown(): void {
  if (before === undefined) delete process.env.TMPDIR
  else process.env.TMPDIR = before
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
}
