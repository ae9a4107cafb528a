import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openSqliteRecordStore } from '../../../adapter/kysely/record-store.ts'
import { ManualClock } from '../../../kernel/clock.ts'
import type { RecordStore } from '../../../port/record-store.ts'
import { type Draft, ModelRegistry, sha256Of, textOf } from './registry.ts'

const folder = mkdtempSync(join(tmpdir(), 'aiops-registry-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
let records: RecordStore
let registry: ModelRegistry
let count = 0
beforeEach(async () => {
  count += 1
  records = await openSqliteRecordStore(join(folder, `${count}.db`))
  registry = new ModelRegistry(records, new ManualClock(), 5)
  await registry.ensure('default', 'm', 'CORRECTIONS')
})
afterEach(() => records.close())

const draftOf = (document: unknown): Draft => ({
  ...{ document, inputs: { of: document }, parameters: {}, validation: null, corrections: 0 },
  ...{
    training: { start: null, end: null, labels: 0, users: 0, left_out: {} },
    created_by: 'anna',
    trigger: '',
  },
})
const add = async (document: unknown) => (await registry.add('default', 'm', draftOf(document))).number
const states = async () =>
  Object.fromEntries((await registry.versions('default', 'm')).map(({ number, state }) => [number, state]))

describe('a registry', () => {
  it('keeps a document under the hash of its one text, whatever the order of its keys', async () => {
    const version = await registry.add('default', 'm', draftOf({ b: 1, a: [2] }))
    expect(version.sha256).toBe(sha256Of('{"a":[2],"b":1}'))
    expect(version.sha256).toBe(sha256Of(textOf({ a: [2], b: 1 })))
    expect(await registry.document('default', version.sha256)).toEqual({ a: [2], b: 1 })
    await expect(registry.document('shop', version.sha256)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('has one candidate and one champion; whoever gives way says to whom', async () => {
    await add('a')
    await add('b')
    expect(await states()).toEqual({ 1: 'ROLLED_BACK', 2: 'SHADOW' })
    await registry.promote('default', 'm', 2, 'good')
    await add('c')
    await registry.promote('default', 'm', 3, 'better')
    expect(await states()).toEqual({ 1: 'ROLLED_BACK', 2: 'RETIRED', 3: 'CHAMPION' })
    expect(await registry.model('default', 'm')).toMatchObject({ champion: 3, candidate: null })
    expect((await registry.version('default', 'm', 3)).parent).toBe(2)
    await expect(registry.promote('default', 'm', 3, '')).rejects.toMatchObject({ code: 'CONFLICT' })
  })

  it('takes back the candidate first, then champions one by one, down to none', async () => {
    for (const document of ['a', 'b']) await registry.promote('default', 'm', await add(document), '')
    await add('c')
    const champions: (number | null)[] = []
    for (let i = 0; i < 3; i += 1) champions.push((await registry.rollback('default', 'm', 'bad')).champion)
    expect(champions).toEqual([2, 1, null])
    expect(await states()).toEqual({ 1: 'ROLLED_BACK', 2: 'ROLLED_BACK', 3: 'ROLLED_BACK' })
    await expect(registry.rollback('default', 'm', '')).rejects.toMatchObject({ code: 'CONFLICT' })
  })

  it('keeps the champion and five that retired, with their documents, and gives no number twice', async () => {
    for (let i = 0; i < 8; i += 1) await registry.promote('default', 'm', await add({ i }), '')
    const kept = await registry.versions('default', 'm')
    expect(kept.map(({ number }) => number)).toEqual([8, 7, 6, 5, 4, 3])
    expect(await registry.document('default', kept.at(-1)?.sha256 ?? '')).toEqual({ i: 2 })
    await expect(registry.document('default', sha256Of(textOf({ i: 0 })))).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
    expect(await add('next')).toBe(9)
  })

  it('leaves the former champion in force where a switch is cut off', async () => {
    await registry.promote('default', 'm', await add('a'), '')
    await add('b')
    const cut = new ModelRegistry(
      {
        ...records,
        transaction: (work) =>
          records.transaction((inside) =>
            work({
              ...inside,
              models: { ...inside.models, saveModel: () => Promise.reject(new Error('killed')) },
            }),
          ),
      },
      new ManualClock(),
      5,
    )
    await expect(cut.promote('default', 'm', 2, '')).rejects.toThrow('killed')
    expect(await states()).toEqual({ 1: 'CHAMPION', 2: 'SHADOW' })
    expect((await registry.model('default', 'm')).champion).toBe(1)
  })
})
