import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { api } from '@aiops/contract/api/index'
import { exampleOf } from '@aiops/contract/example'
import type { DetectionReplay } from '@aiops/contract/model/detection'
import { afterAll, expect, it } from 'vitest'
import { runAgainst } from '../../../../test/cli/run-against.ts'

const folder = mkdtempSync(join(tmpdir(), 'aiops-replay-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** `aiops replay` against a platform that answers an example. */
const run = (...argv: string[]) => runAgainst(exampleOf(api.replayDetection.response), 'replay', ...argv)

it('asks with the settings of a file, which may be a whole answer of the platform, and prints what differs', async () => {
  const path = join(folder, 'settings.yaml')
  writeFileSync(path, 'revision: 3\nupdated_by: dana\nshipped: []\ndefaults:\n  sensitivity: 0.9\n')
  const { code, asked, stdout } = await run('--from', '7d', '--to', '2026-10-12T00:00:00Z', '--config', path)
  expect(code).toBe(0)
  expect(asked[0]?.body).toMatchObject({
    ...{ to: '2026-10-12T00:00:00.000Z', series_max: 500, settings: { defaults: { sensitivity: 0.9 } } },
  })
  expect(asked[0]?.body).toHaveProperty('settings', { defaults: { sensitivity: 0.9 } })
  const answer = exampleOf(api.replayDetection.response) as DetectionReplay
  expect(stdout).toContain('PER SERIES-DAY')
  expect(stdout).toMatch(/1 new, 1 gone, 1 changed, 1 the same/)
  expect(stdout).toContain(answer.added[0]?.sentence)
  expect(stdout).toContain(`Left out: ${answer.left_out[0]}`)
})

it('asks for the current settings where none are given, and prints JSON', async () => {
  const { asked, stdout } = await run('--from', '2026-10-11T00:00:00Z', '--json')
  expect(asked[0]?.body).toMatchObject({ from: '2026-10-11T00:00:00.000Z' })
  expect(asked[0]?.body).not.toHaveProperty('settings')
  expect(JSON.parse(stdout)).toEqual(exampleOf(api.replayDetection.response))
})

it('refuses what is no time, and a file that is none or holds no settings', async () => {
  expect(await run('--from', 'yesterday')).toMatchObject({ code: 2, asked: [] })
  expect(await run('--from', '1d', '--config', join(folder, 'none'))).toMatchObject({ code: 1, asked: [] })
  const path = join(folder, 'list.yaml')
  writeFileSync(path, '- a\n')
  expect((await run('--from', '1d', '--config', path)).stderr).toContain('holds no settings')
})
