import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { StoredMergeRequest } from './forge-repository.ts'
import type { RecordStore } from './record-store.ts'

const shaOf = (digit: string): string => digit.repeat(40)
const projectOf = (name: string) => ({
  ...{ name, description: '', defaultBranch: 'main', approvalsRequired: 1, createdMs: 1 },
})
const requestOf = (more: Partial<StoredMergeRequest> = {}): Omit<StoredMergeRequest, 'number'> => ({
  ...{
    title: 't',
    description: 'd',
    source: 'aiops/a',
    target: 'main',
    headSha: shaOf('a'),
    headMs: 1,
    state: 'OPEN',
  },
  ...{ labels: ['x'], author: 'anna', createdMs: 1, updatedMs: 1 },
  ...{ mergedSha: null, mergedBy: null, mergedMs: null },
  ...more,
})

/** What every RecordStore keeps of the local forge. */
export function forgeRepositoryConformance(open: (name: string) => Promise<RecordStore>): void {
  describe('the forge', () => {
    let store: RecordStore
    let count = 0
    beforeEach(async () => {
      count += 1
      store = await open(`forge-${count}`)
    })
    afterEach(() => store.close())
    const at = ['default', 'infra'] as const

    it('numbers projects within their tenant, and has each name once', async () => {
      expect((await store.forge.insertProject('default', projectOf('infra'))).number).toBe(1)
      expect((await store.forge.insertProject('default', projectOf('apps'))).number).toBe(2)
      expect((await store.forge.insertProject('shop', projectOf('infra'))).number).toBe(1)
      await expect(store.forge.insertProject('default', projectOf('infra'))).rejects.toMatchObject({
        code: 'CONFLICT',
      })
      expect((await store.forge.projects('default')).map(({ name }) => name)).toEqual(['apps', 'infra'])
      expect(await store.forge.project('shop', 'apps')).toBeUndefined()
    })

    it('lets one request of a source and target be open, whoever comes first', async () => {
      const all = await Promise.allSettled([1, 2, 3].map(() => store.forge.insertRequest(...at, requestOf())))
      expect(all.filter((one) => one.status === 'fulfilled')).toHaveLength(1)
      expect(await store.forge.openRequest(...at, 'aiops/a', 'main')).toMatchObject({ number: 1 })
      await store.forge.insertRequest(...at, requestOf({ source: 'aiops/b' }))
      await store.forge.insertRequest('default', 'apps', requestOf())
      await store.forge.changeRequest(...at, 1, 'OPEN', { state: 'CLOSED' })
      expect((await store.forge.insertRequest(...at, requestOf())).number).toBe(3)
    })

    it('changes a request only from the state that was seen', async () => {
      await store.forge.insertRequest(...at, requestOf())
      const merged = { state: 'MERGED', mergedSha: shaOf('b'), mergedBy: 'ben', mergedMs: 5 } as const
      const won = await Promise.all([1, 2].map(() => store.forge.changeRequest(...at, 1, 'OPEN', merged)))
      expect(won.filter((one) => one !== undefined)).toHaveLength(1)
      expect(await store.forge.changeRequest(...at, 1, 'OPEN', { title: 'late' })).toBeUndefined()
      expect(await store.forge.request(...at, 1)).toEqual({ ...requestOf(), ...merged, number: 1 })
      expect(
        await store.forge.changeRequest('shop', 'infra', 1, 'MERGED', { title: 'theirs' }),
      ).toBeUndefined()
    })

    it('lists requests newest first, by what is asked', async () => {
      for (const source of ['aiops/a', 'aiops/b', 'people/c', 'aiops_x'])
        await store.forge.insertRequest(...at, requestOf({ source }))
      await store.forge.changeRequest(...at, 2, 'OPEN', { state: 'CLOSED' })
      const numbers = async (filter: object) =>
        (await store.forge.requests(...at, { limit: 10, ...filter })).requests.map(({ number }) => number)
      expect(await numbers({})).toEqual([4, 3, 2, 1])
      expect(await numbers({ state: 'OPEN' })).toEqual([4, 3, 1])
      expect(await numbers({ sourcePrefix: 'aiops/' })).toEqual([2, 1])
      expect(await numbers({ sourcePrefix: 'aiops_' })).toEqual([4])
      expect(await numbers({ source: 'people/c' })).toEqual([3])
      expect(await numbers({ limit: 2, offset: 1 })).toEqual([3, 2])
      expect((await store.forge.requests(...at, { limit: 1 })).total).toBe(4)
    })

    it('has one approval a login, the newest', async () => {
      const approve = (by: string, digit: string, atMs: number) =>
        store.forge.approve(...at, 1, { by, headSha: shaOf(digit), atMs })
      await approve('ben', 'a', 1)
      await approve('anna', 'a', 2)
      await approve('ben', 'b', 3)
      expect(await store.forge.approvals(...at, 1)).toEqual([
        { by: 'anna', headSha: shaOf('a'), atMs: 2 },
        { by: 'ben', headSha: shaOf('b'), atMs: 3 },
      ])
      expect(await store.forge.unapprove(...at, 1, 'ben')).toBe(true)
      expect(await store.forge.unapprove(...at, 1, 'ben')).toBe(false)
      expect(await store.forge.approvals('shop', 'infra', 1)).toEqual([])
    })

    it('replaces a note with a key in its place, and adds one without', async () => {
      const note = (id: string, key: string | null, text: string, ms: number) =>
        store.forge.saveNote(...at, 1, { id, key, author: 'bot', text, createdMs: ms, updatedMs: ms })
      await note('1', 'plan', 'one', 1)
      await note('2', null, 'hello', 2)
      await note('3', null, 'again', 3)
      expect(await note('4', 'plan', 'two', 4)).toMatchObject({
        id: '1',
        number: 1,
        createdMs: 1,
        updatedMs: 4,
      })
      const texts = (await store.forge.notes(...at, 1, 10)).map(({ text }) => text)
      expect(texts).toEqual(['two', 'hello', 'again'])
      expect((await store.forge.notes(...at, 1, 2)).map(({ text }) => text)).toEqual(['hello', 'again'])
      expect(await store.forge.notes(...at, 2, 10)).toEqual([])
      expect(await note('2', null, 'changed', 5)).toMatchObject({ number: 2, createdMs: 2, text: 'changed' })
    })

    it('has the newest status of a context', async () => {
      const set = (context: string, state: 'RUNNING' | 'SUCCESS', atMs: number) =>
        store.forge.setStatus(...at, shaOf('a'), { context, state, description: '', by: 'bot', atMs })
      await set('plan', 'RUNNING', 1)
      await set('check', 'SUCCESS', 1)
      await set('plan', 'SUCCESS', 2)
      const found = await store.forge.statuses(...at, shaOf('a'))
      expect(found.map(({ context, state }) => [context, state])).toEqual([
        ['check', 'SUCCESS'],
        ['plan', 'SUCCESS'],
      ])
      expect(await store.forge.statuses(...at, shaOf('b'))).toEqual([])
    })

    it('keeps protections, hooks and who pushed', async () => {
      await store.forge.protect(...at, { pattern: 'main', push: 'NOBODY' })
      await store.forge.protect(...at, { pattern: 'main', push: 'APPROVERS' })
      expect(await store.forge.protections(...at)).toEqual([{ pattern: 'main', push: 'APPROVERS' }])
      expect(await store.forge.unprotect(...at, 'main')).toBe(true)
      expect(await store.forge.unprotect(...at, 'main')).toBe(false)

      const hook = { url: 'https://ci.example/h', sealedToken: 's', events: ['PUSH'] as const, createdMs: 1 }
      expect((await store.forge.insertHook(...at, hook)).number).toBe(1)
      expect((await store.forge.insertHook(...at, hook)).number).toBe(2)
      expect(await store.forge.deleteHook(...at, 2)).toBe(true)
      expect((await store.forge.hooks(...at)).map(({ number }) => number)).toEqual([1])

      await store.forge.recordPush(...at, { sha: shaOf('a'), by: 'anna', atMs: 1 })
      await store.forge.recordPush(...at, { sha: shaOf('a'), by: 'anna', atMs: 2 })
      await store.forge.recordPush(...at, { sha: shaOf('b'), by: 'ben', atMs: 2 })
      expect(await store.forge.pushers(...at, [shaOf('a'), shaOf('b'), shaOf('c')])).toEqual(['anna', 'ben'])
      expect(await store.forge.pushers(...at, [])).toEqual([])
    })
  })
}
