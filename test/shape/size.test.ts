import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { filesUnder, root } from './tree.ts'

const linesMax = 400

/**
 * A ratchet: files that are longer, each with its most lines and the reason. A limit here only ever goes down;
 * a row whose file no longer needs it has to go.
 */
const longer: Record<string, { linesMax: number; reason: string }> = {
  'server/src/pipeline/correlate/core/correlate-core.test.ts': {
    linesMax: 450,
    reason: 'one list of claims',
  },
}

const lines = new Map(
  filesUnder('contract/src', 'server', 'web', 'example', 'test', 'script')
    .filter((path) => /[.](ts|tsx|js|mjs|css)$/.test(path) && !path.startsWith('test/fixture/'))
    .map((path) => [path, readFileSync(join(root, path), 'utf8').split('\n').length - 1]),
)

test(`no file is longer than ${linesMax} lines, but for those in the table`, () => {
  const tooLong = [...lines].filter(([path, count]) => count > (longer[path]?.linesMax ?? linesMax))
  expect(Object.fromEntries(tooLong)).toEqual({})
})

test('the table of longer files holds only what needs it', () => {
  expect(Object.keys(longer).filter((path) => (lines.get(path) ?? 0) <= linesMax)).toEqual([])
})
