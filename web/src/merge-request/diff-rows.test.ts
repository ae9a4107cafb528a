import type { DiffFile, MergeRequestDiff } from '@aiops/contract/model/merge-request'
import { expect, it } from 'vitest'
import { cloneCommand } from './clone-command.ts'
import { lineText, openAtFirst, rowsOf } from './diff-rows.ts'

const line = (text: string) => ({ kind: 'ADDED' as const, text, old_line: null, new_line: 1 })
const file = (path: string, ...sizes: number[]): DiffFile => ({
  ...{
    old_path: null,
    new_path: path,
    change: 'ADDED',
    binary: false,
    added: 0,
    removed: 0,
    truncated: false,
  },
  hunks: sizes.map((size) => ({
    ...{ old_start: 0, old_lines: 0, new_start: 1, new_lines: size, section: '' },
    lines: Array.from({ length: size }, (_, i) => line(String(i))),
  })),
})
const diff = (...files: DiffFile[]) => ({ files }) as MergeRequestDiff

it('shows so many lines and says how many are left', () => {
  const { rows, left } = rowsOf(file('a', 3, 3, 3), 4)
  expect(rows.map((row) => ('hunk' in row ? '@@' : row.line.text))).toEqual(['@@', '0', '1', '2', '@@', '0'])
  expect(left).toBe(5)
  expect(rowsOf(file('a', 3), 100).left).toBe(0)
})

it('opens files until there is a lot to read, and the first in any case', () => {
  expect([...openAtFirst(diff(file('a', 10), file('b', 20)))]).toEqual(['a', 'b'])
  expect([...openAtFirst(diff(file('a', 5_000), file('b', 20)))]).toEqual(['a'])
  expect([...openAtFirst(diff(file('a', 10), file('b', 5_000), file('c', 1)))]).toEqual(['a'])
})

it('names signs that would not be seen, and cuts endless lines', () => {
  expect(lineText('\ta\u202eb\u200bc\u0007')).toBe('\ta⟨U+202E⟩b⟨U+200B⟩c⟨U+0007⟩')
  expect(lineText('x'.repeat(1_000_000))).toBe(`${'x'.repeat(2_000)}… (998000 more characters)`)
  expect(lineText('naïve – 東京')).toBe('naïve – 東京')
})

it('gives a command in which the name of a branch is only a name', () => {
  expect(cloneCommand('http://h:8080/git/infra.git')).toBe('git clone http://h:8080/git/infra.git')
  expect(cloneCommand('http://h/i.git', "x;rm -rf $HOME'`")).toBe(
    "git clone --branch='x;rm -rf $HOME'\\''`' http://h/i.git",
  )
})
