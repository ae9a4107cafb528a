import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { staticImports } from './static-imports.ts'
import { root } from './tree.ts'

const room = 'server/src/service/intelligence/'
const entries = ['server/src/main.ts', 'server/src/app/platform.ts', 'server/src/app/edge-platform.ts']

describe('a start', () => {
  test.each(entries)('of %s does not load what answers questions', (entry) => {
    const heavy = new RegExp(`^${room}(question|catalogue|tool|analysis|model/turn|engine)[/.]`)
    const allowed = `${room}model/turn/config.ts`
    const { files } = staticImports(entry)
    expect(files.filter((path) => heavy.test(path) && path !== allowed)).toEqual([])
  })

  test.each(entries)('of %s loads no package that only some ever need', (entry) => {
    const late = /^(@modelcontextprotocol|@ai-sdk|@platformatic|pdfkit|dejavu-fonts-ttf|croner)(\/|$)/
    expect(staticImports(entry).packages.filter(({ to }) => late.test(to))).toEqual([])
  })

  test('of the platform was read, not skipped', () => {
    const { files, packages } = staticImports('server/src/app/platform.ts')
    expect(files.length).toBeGreaterThan(500)
    expect(files).toContain('server/src/edge/gateway/gateway.ts')
    expect(files).toContain('contract/src/api/index.ts')
    expect(packages.map(({ to }) => to)).toContain('fastify')
  })
})

describe('the engine that is loaded by the first question', () => {
  /** About a millisecond each. */
  const modulesMax = 14
  const text = readFileSync(join(root, room, 'load-engine.ts'), 'utf8')
  const pieces = [...text.matchAll(/=> import\('\.\/([^']+)'\)/g)].map(([, path]) => room + path)

  test(`comes in pieces of ${modulesMax} modules at most, so that nobody waits long for the event loop`, () => {
    const seen = new Set(staticImports('server/src/app/platform.ts').files)
    const sizes = [...pieces, `${room}engine.ts`].map((piece) => {
      const { files } = staticImports(piece, seen)
      return { piece, modules: files.length }
    })
    expect(sizes.filter(({ modules }) => modules > modulesMax)).toEqual([])
    expect(sizes.length).toBeGreaterThan(20)
  })

  test('has no piece that brings nothing', () => {
    const seen = new Set(staticImports('server/src/app/platform.ts').files)
    expect(pieces.filter((piece) => staticImports(piece, seen).files.length === 0)).toEqual([])
  })
})
