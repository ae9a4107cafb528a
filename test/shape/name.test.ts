import { basename } from 'node:path'
import { expect, test } from 'vitest'
import { filesUnder } from './tree.ts'

const folders = ['contract', 'server', 'web', 'example', 'test', 'script']
const empty = [
  'util',
  'utils',
  'helper',
  'helpers',
  'common',
  'shared',
  'misc',
  'manager',
  'managers',
  'types',
]
const emptyEnding = /-(utils?|helpers?|misc|manager|types)$/
const kebab = /^[a-z0-9]+(-[a-z0-9]+)*$/

const parts = filesUnder(...folders).flatMap((path) =>
  path.split('/').map((part) => ({ path, stem: part.split('.').find((piece) => piece !== '') ?? '' })),
)

test('no file or folder has a name that says nothing', () => {
  const found = parts.filter(({ stem }) => empty.includes(stem.toLowerCase()) || emptyEnding.test(stem))
  expect([...new Set(found.map(({ path }) => path))]).toEqual([])
})

test('source files and their folders are named in kebab-case', () => {
  const source = parts.filter(({ path }) => /[.](ts|tsx|js|mjs|css)$/.test(basename(path)))
  expect([...new Set(source.filter(({ stem }) => !kebab.test(stem)).map(({ path }) => path))]).toEqual([])
})
