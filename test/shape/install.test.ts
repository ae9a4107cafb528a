import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from './tree.ts'

type Lock = { packages: Record<string, { version?: string; resolved?: string; link?: boolean }> }

const lock: Lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
const versionsOf = (name: string) =>
  Object.entries(lock.packages)
    .filter(([path]) => path === `node_modules/${name}` || path.endsWith(`/node_modules/${name}`))
    .map(([, entry]) => entry.version)

test('tests run on the pinned Node, whatever the machine has', () => {
  expect(process.version).toBe(`v${versionsOf('node')[0]}`)
})

test('there is one zod, or its types would not fit one another', () => {
  expect(versionsOf('zod')).toHaveLength(1)
})

test('there is one React, or its hooks would not work', () => {
  expect(versionsOf('react')).toHaveLength(1)
})

test('the lock names no registry, so that a mirror serves it unchanged', () => {
  const resolved = Object.values(lock.packages).filter((entry) => /^[a-z+]+:/.test(entry.resolved ?? ''))
  expect(resolved).toEqual([])
})

test('every version in a manifest is exact', () => {
  const manifests = ['package.json', 'contract/package.json', 'server/package.json', 'web/package.json']
  const ranges = manifests.flatMap((path) => {
    const { dependencies = {}, devDependencies = {} } = JSON.parse(readFileSync(join(root, path), 'utf8'))
    return Object.entries<string>({ ...dependencies, ...devDependencies }).filter(
      ([, version]) => !/^\d/.test(version),
    )
  })
  expect(ranges).toEqual([])
})
