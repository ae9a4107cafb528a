import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { forgeSeed } from '../../server/src/port/forge.suite.ts'
import { World } from './world.ts'

/** The scripted forges are honest about Git: what they name, the real program names the same. */
it('the blobs and trees of the made-up repository have the names that git gives them', () => {
  const { git } = new World(forgeSeed)
  const folder = mkdtempSync(join(tmpdir(), 'forge-git-'))
  const run = (input: string | Buffer, ...args: string[]): string =>
    execFileSync('git', args, { cwd: folder, input, encoding: 'utf8' }).trim()
  try {
    run('', 'init', '--bare', '--quiet')
    for (const [sha, body] of git.blobs) expect(run(body, 'hash-object', '-w', '--stdin')).toBe(sha)
    // Trees are made before what holds them.
    for (const [sha, items] of git.trees) {
      const lines = items.map(({ mode, type, sha: item, name }) => `${mode} ${type} ${item}\t${name}\n`)
      expect(run(lines.join(''), 'mktree')).toBe(sha)
    }
    expect(git.trees.size).toBeGreaterThan(2)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
